# mdoc.awk: writes text as mdoc, for the programs beside it: to the file `page`, or to standard output if that is "".

BEGIN {
    DISPLAY_WIDTH = 73    # columns of a page of 80, without its margins
}

function put(line) {
    if (page == "")
        print line
    else
        print line >page
}

# Escapes the dashes of a word, so that one copied from the page is a dash in the shell.
function word_of(word) {
    gsub(/\\/, "\\e", word)
    if (word ~ /^[^A-Za-z0-9]*--?[a-z0-9]/)
        gsub(/-/, "\\-", word)
    return word
}

# Text in lines of at most 70 columns (the lint allows 80 bytes), each sentence on its own lines; an ellipsis ends none,
# nor does a stop that is quoted.
function print_text(text,    words, count, i, line, word) {
    sub(/^ +/, "", text)
    count = split(text, words, / +/)
    line = ""
    for (i = 1; i <= count; i++) {
        word = word_of(words[i])
        sub(/(\.\.\.|^"[.!?]")$/, "&\\\\\\&", word)
        if (line != "" && (length(line) + 1 + length(word) > 70 || line ~ /[.!?][)"]?$/)) {
            print_line(line)
            line = ""
        }
        line = line (line == "" ? "" : " ") word
    }
    if (line != "")
        print_line(line)
}

# A line that no macro begins.
function print_line(line) {
    sub(/ +$/, "", line)
    put((line ~ /^[.']/ ? "\\&" : "") line)
}

# Ends a sentence that has no end yet.
function with_stop(text) {
    return text (text ~ /[.?][)"]?$/ ? "" : ".")
}

# Columns of a text, also where awk counts bytes: the later bytes of a character in UTF-8 have none.
function width_of(text) {
    gsub(/[\200-\277]/, "", text)
    return length(text)
}

# The last space where a line that is too long can be cut: between two columns in its second half, or between two words.
function cut_of(line, first,    cut, width, word_cut) {
    for (cut = length(line); cut > first; cut--) {
        width = width_of(substr(line, 1, cut))
        if (substr(line, cut, 1) != " " || width > DISPLAY_WIDTH)
            continue
        if (substr(line, cut - 1, 1) == " " && width > DISPLAY_WIDTH / 2)
            return cut
        if (!word_cut)
            word_cut = cut
    }
    return word_cut
}

# Where the rest of a line goes on: below the last of its columns that leaves room for it, or else a little to the right
# of its first word.
function indent_below(line, indent,    at, width, found) {
    found = indent + 6
    for (at = 1; match(substr(line, at), /[^ ]  +(= )?/); ) {
        at += RSTART + RLENGTH - 1
        width = width_of(substr(line, 1, at - 1))
        if (at <= length(line) && width <= DISPLAY_WIDTH * 0.6)
            found = width
    }
    return found
}

# A line of a display as it is; what is too long for a page goes on below.
function print_folded(line,    indent, cut, first, below) {
    gsub(/\\/, "\\e", line)
    match(line, /^ */)
    indent = RLENGTH
    while (width_of(line) > DISPLAY_WIDTH && (cut = cut_of(line, indent + 1)) > 0) {
        first = substr(line, 1, cut)
        if (!below)
            below = indent_below(first, indent)
        indent = below
        print_line(first)
        line = substr(line, cut + 1)
        sub(/^ +/, "", line)
        line = sprintf("%" indent "s%s", "", line)
    }
    print_line(line)
}
