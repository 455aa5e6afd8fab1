# markdown.awk: makes a page of the manual (mdoc) from a text in Markdown.
#
#     awk -v name=sorteo -v section=7 -v about="…" -v see="sorteo 1, …" -v date="…" -f mdoc.awk -f markdown.awk FILE.md
#
# Knows headings, paragraphs, lists, tables, and blocks of code, fenced or indented. A table becomes a list: of each row
# the first cell, and below it the other cells, each with its column's title except in the last column. Without `name`
# it makes a part of a page: no head, and no end.

BEGIN {
    if (name != "")
        print ".Dd " date "\n.Dt " toupper(name) " " section "\n.Os\n.Sh NAME\n.Nm " name "\n.Nd " about \
            "\n.Sh DESCRIPTION"
}

# Marks of emphasis, code and links are left out.
function plain(text) {
    gsub(/\*\*/, "", text)
    gsub(/`/, "", text)
    while (match(text, /\[[^]]*\]\([^)]*\)/))
        text = substr(text, 1, RSTART - 1) substr(text, RSTART + 1, index(substr(text, RSTART), "](") - 2) \
            substr(text, RSTART + RLENGTH)
    while (match(text, /\*[A-Za-z]+\*/))
        text = substr(text, 1, RSTART - 1) substr(text, RSTART + 1, RLENGTH - 2) substr(text, RSTART + RLENGTH)
    return text
}

# Ends the paragraph, list or table that is under way.
function flush() {
    if (text != "") {
        if (!in_list && is_begun)
            print ".Pp"
        print_text(plain(text))
        is_begun = 1
    }
    text = ""
}

function end_list() {
    flush()
    if (in_list)
        print ".El"
    in_list = 0
}

function end_table() {
    if (in_table)
        print ".El"
    in_table = 0
}

function open_display() {
    end_list()
    print ".Bd -literal"
    in_code = 1
}

in_code == "fence" && /^```/ { print ".Ed"; in_code = 0; is_begun = 1; next }
in_code == "fence" { print_folded($0); next }
/^```/ { open_display(); in_code = "fence"; next }

in_code && !/^    / && !/^$/ { print ".Ed"; in_code = 0; is_begun = 1 }
in_code && /^$/ { blank = 1; next }
in_code { if (blank) print_line("\\&"); blank = 0; print_folded(substr($0, 5)); next }
/^    / && !in_list && text == "" { open_display(); blank = 0; print_folded(substr($0, 5)); next }

/^# / || /^<!-- .* -->$/ { next }
/^##+ / {
    end_list()
    end_table()
    sub(/^##+ /, "")
    print ".Sh " toupper(plain($0))
    is_begun = 0
    next
}

/^\|[ -|]*---/ { next }
/^\|/ {
    count = split($0, cells, / *\| */)
    if (!in_table) {
        end_list()
        for (i = 2; i < count; i++)
            titles[i] = plain(cells[i])
        print ".Bl -tag -width Ds"
        in_table = 1
        next
    }
    print ".It " plain(cells[2])
    line = ""
    for (i = 3; i < count; i++)
        line = line (line == "" ? "" : "; ") (i < count - 1 ? titles[i] " " : "") plain(cells[i])
    print_text(line == "" ? "\\&" : with_stop(line))
    is_begun = 1
    next
}
{ end_table() }

/^([-*]|[0-9]+\.) / {
    flush()
    if (!in_list)
        print ".Bl -" (/^[-*]/ ? "bullet" : "enum")
    in_list = 1
    print ".It"
    sub(/^([-*]|[0-9]+\.) +/, "")
    text = $0
    was_blank = 0
    next
}

/^$/ { flush(); was_blank = 1; next }
in_list && was_blank && !/^ / { end_list() }
in_list && was_blank { print ".Pp" }
{ was_blank = 0; text = text " " $0 }

END {
    end_list()
    end_table()
    if (in_code)
        print ".Ed"
    if (name == "")
        exit
    print ".Sh SEE ALSO"
    count = split(see, pages, / *, */)
    for (i = 1; i <= count; i++)
        print ".Xr " pages[i] (i < count ? " ," : "")
}
