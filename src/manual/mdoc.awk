# mdoc.awk: writes text as mdoc, for the other programs in this folder: to the file `page`, or to standard output if that
# is "".

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

# Text in lines of at most 76 columns, each sentence on lines of its own.
function print_text(text,    words, count, i, line, word) {
    sub(/^ +/, "", text)
    count = split(text, words, / +/)
    line = ""
    for (i = 1; i <= count; i++) {
        word = word_of(words[i])
        if (line != "" && (length(line) + 1 + length(word) > 76 || line ~ /[.!?][)"]?$/)) {
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

# A line of a display as it is; one that is too long for a page goes on below, indented.
function print_folded(line,    indent, cut) {
    gsub(/\\/, "\\e", line)
    match(line, /^ */)
    indent = substr(line, 1, RLENGTH)
    while (length(line) > 70) {
        for (cut = 70; cut > length(indent) + 1 && substr(line, cut, 1) != " "; cut--)
            ;
        if (cut <= length(indent) + 1)
            break
        print_line(substr(line, 1, cut - 1))
        line = indent "      " substr(line, cut + 1)
        sub(/ +$/, "", line)
    }
    print_line(line)
}
