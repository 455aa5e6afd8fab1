"""Draws what was measured, as SVG, with gnuplot."""

import os
import subprocess

import rounds

HEAD = """set terminal svg size 720,380 font 'sans-serif,13' background rgb 'white'
set border 3 lc rgb '#666666'
set tics nomirror out
set grid ytics lc rgb '#dddddd'
set style fill solid
"""
BLUE, GREY = "#2b6cb0", "#a0aec0"


def draw(path, script):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    subprocess.run(["gnuplot"], input=HEAD + f"set output '{path}'\n" + script, text=True, check=True)


def data(rows):
    return "$data << end\n" + "\n".join(" ".join(f'"{cell}"' if isinstance(cell, str) else f"{cell:.6g}" for cell in row)
                                        for row in rows) + "\nend\n"


def bars(path, title, unit, rows, first):
    """Horizontal bars of (name, median, least, most); the one named `first` stands out."""
    rows = list(reversed(rows))
    body = [(name, place, middle, least, most, 1 if name.startswith(first) else 0)
            for place, (name, middle, least, most) in enumerate(rows)]
    draw(path, data(body) + f"""set title '{title}'
set xlabel '{unit}'
set xrange [0:*]
set yrange [-0.6:{len(rows) - 0.4}]
set grid noytics xtics lc rgb '#dddddd'
set lmargin 24
unset key
blue(x) = x == 1 ? {int(BLUE[1:], 16)} : {int(GREY[1:], 16)}
plot $data using ($3/2):2:($3/2):(0.35):(blue($6)):ytic(1) with boxxy lc rgb variable, \\
     $data using 3:2:4:5 with xerrorbars pt 0 lw 1.5 lc rgb '#333333'
""")


def lines(path, title, xlabel, ylabel, rows, extra=""):
    """(x, median, least, most), with both axes logarithmic where `extra` says so."""
    draw(path, data(rows) + f"""set title '{title}'
set xlabel '{xlabel}'
set ylabel '{ylabel}'
set yrange [0:*]
unset key
{extra}
plot $data using 1:2:3:4 with yerrorbars pt 7 ps 0.5 lw 1.5 lc rgb '{BLUE}', \\
     $data using 1:2 with lines lw 2 lc rgb '{BLUE}'
""")


def throughput(path, title, results, first):
    bars(path, title, "million bets a second (median, and all rounds)",
         [(name, *(value / 1e6 for value in rounds.spread(rows, "bets_per_second"))) for name, rows in results.items()],
         first)


def against(path, title, xlabel, results, logarithmic=True):
    """Throughput against the number that each label begins with."""
    rows = [(float(label.split()[0]), *(value / 1e6 for value in rounds.spread(found, "bets_per_second")))
            for label, found in results.items()]
    lines(path, title, xlabel, "million bets a second", rows, "set logscale x" if logarithmic else "")


def growth(path, found):
    lines(path, "Cost of a bet as the store grows", "bets in the store", "ns a bet",
          [(row["bets"], row["ns_per_bet"], row["ns_per_bet"], row["ns_per_bet"]) for row in found["levels"]],
          "set logscale x\nset format x '10^{%T}'")
