"""Draws what was measured, as SVG, with gnuplot."""

import os
import subprocess

import rounds

HEAD = """set terminal svg size {width},{height} font 'sans-serif,13' background rgb 'white'
set border 3 lc rgb '#888888'
set tics nomirror out textcolor rgb '#333333'
set grid ytics lc rgb '#dddddd' lt 1
set style fill solid
"""
BLUE, GREY = "#2b6cb0", "#a0aec0"
COLOURS = (BLUE, "#dd6b20", "#718096", "#38a169")
WIDTH, PANEL_HEIGHT = 720, 260
ROOM_FOR_VALUES = 1.15      # after the longest bar
TICKS_APART = 1.3           # on a logarithmic axis


def draw(path, script, height):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    head = HEAD.format(width=WIDTH, height=height)
    subprocess.run(["gnuplot"], input=head + f"set output '{path}'\n" + script, text=True, check=True)


def data(rows, name="data"):
    lines = [" ".join(f'"{cell}"' if isinstance(cell, str) else f"{cell:.6g}" for cell in row) for row in rows]
    return "\n".join([f"${name} << end", *lines, "end\n"])


# ---- Bars: one beside the other --------------------------------------------------------------------------------------


def bars(path, title, unit, rows, first):
    """Horizontal bars of (name, median, least, most), and the median as a number; the one named `first` stands out."""
    rows = list(reversed(rows))
    longest = max(most for _, _, _, most in rows)
    body = [(name, place, middle, least, most, 1 if name.startswith(first) else 0)
            for place, (name, middle, least, most) in enumerate(rows)]
    draw(path, data(body) + f"""set title '{title}' font ',15'
set xlabel '{unit}'
set xrange [0:{longest * ROOM_FOR_VALUES:.6g}]
set yrange [-0.6:{len(rows) - 0.4}]
set grid noytics xtics lc rgb '#dddddd' lt 1
set lmargin 24
unset key
blue(x) = x == 1 ? {int(BLUE[1:], 16)} : {int(GREY[1:], 16)}
plot $data using ($3/2):2:($3/2):(0.35):(blue($6)):ytic(1) with boxxy lc rgb variable, \\
     $data using 3:2:4:5 with xerrorbars pt 0 lw 1.5 lc rgb '#333333', \\
     $data using 5:2:(sprintf('%.3g', $3)) with labels left offset 0.8,0
""", 110 + 40 * len(rows))


def throughput(path, title, results, first):
    bars(path, title, "million bets a second (median, and from the least to the most of all rounds)",
         [(name, *(value / 1e6 for value in rounds.spread(rows, "bets_per_second"))) for name, rows in results.items()],
         first)


# ---- Lines: more and more of something -------------------------------------------------------------------------------


class Panel:
    """Lines {name: rows of (x, median, least, most)} over one axis; a legend, beside them, if there are more than
    one."""

    def __init__(self, ylabel, series, logarithmic=False):
        self.ylabel = ylabel
        self.series = series
        self.logarithmic = logarithmic

    def script(self, number):
        names = [f"panel{number}_{place}" for place in range(len(self.series))]
        head = "".join(data(rows, name) for name, rows in zip(names, self.series.values()))
        head += f"set ylabel '{self.ylabel}'\n"
        head += "set logscale y\nset yrange [*:*]\n" if self.logarithmic else "unset logscale y\nset yrange [0:*]\n"
        head += "set key outside right top Left reverse samplen 2\n" if len(self.series) > 1 else "unset key\n"
        return head + "plot " + ", \\\n     ".join(
            f"${name} using 1:2 with lines lw 2 lc rgb '{colour}' notitle, "
            f"${name} using 1:2:3:4 with yerrorbars pt 7 ps 0.5 lw 1.5 lc rgb '{colour}' title '{title}'"
            for name, title, colour in zip(names, self.series, COLOURS)) + "\n"


def ticks(shown, logarithmic):
    """Every x that was measured, but for those that would stand on one another."""
    found = []
    for x in sorted({row[0] for panel in shown for rows in panel.series.values() for row in rows}):
        if not (logarithmic and found and x < found[-1] * TICKS_APART):
            found.append(x)
    return ", ".join(f"{x:g}" for x in found)


def lines(path, title, xlabel, shown, logarithmic=False, extra=""):
    """Panels of lines, one below the other, over the same x."""
    legend = max(len(name) for panel in shown for name in panel.series)
    script = f"""set multiplot layout {len(shown)},1 title '{title}' font ',15'
set lmargin 12
set rmargin {legend + 7 if legend else 4}
set xlabel '{xlabel}'
set xtics ({ticks(shown, logarithmic)})
set offsets graph 0.02, graph 0.02, graph 0, graph 0
set autoscale xfix
set format y '%g'
{"set logscale x" if logarithmic else ""}
{extra}
"""
    script += "".join(panel.script(number) for number, panel in enumerate(shown))
    draw(path, script + "unset multiplot\n", 40 + PANEL_HEIGHT * len(shown))


def series(results, figure, divisor):
    """(x, median, least, most) of a figure, x being the number that each label begins with."""
    return [(float(label.split()[0]), *(value / divisor for value in rounds.spread(found, figure)))
            for label, found in results.items()]


def answers(results):
    return {title: series(results, figure, 1e3)
            for title, figure in (("median", "median_us"), ("99 %", "p99_us"), ("worst", "worst_us"))}


def against(path, title, xlabel, results, logarithmic=True, steep=False):
    """Throughput and answer times against the number that each label begins with; `steep` if throughput spans powers of
    ten."""
    lines(path, title, xlabel, [Panel("million bets a second", {"": series(results, "bets_per_second", 1e6)}, steep),
                                Panel("answer, milliseconds", answers(results), True)],
          logarithmic)


def by_sync_time(path, found):
    """{microseconds more for each sync: {name: rows}}: a line for each name."""
    names = next(iter(found.values()))
    shown = {name: [(int(sync_us) / 1e3, *(value / 1e6 for value in rounds.spread(results[name], "bets_per_second")))
                    for sync_us, results in found.items()] for name in names}
    lines(path, "Bets stored a second on slower disks", "milliseconds that each sync takes longer",
          [Panel("million bets a second", shown, True)])


def growth(path, found):
    levels = found["levels"]
    memory = [(row["bets"], *[sum(row["rss_kb"]) / 1024] * 3) for row in levels]
    times = [(row["bets"], *rounds.spread(row["windows"], "ns_per_bet")) for row in levels]
    lines(path, "Cost of a bet as the store grows", "bets in the store",
          [Panel("nanoseconds a bet", {"": times}), Panel("memory of all processes, MB", {"": memory})],
          True, "set xtics ('10^4' 1e4, '10^5' 1e5, '10^6' 1e6, '10^7' 1e7)")
