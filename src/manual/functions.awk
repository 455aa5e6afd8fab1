# functions.awk: makes the pages of the library's functions (section 3 of the manual, mdoc) from its header.
#
#     awk -v out=FOLDER -v date="…" -f mdoc.awk -f functions.awk sorteo.h
#
# A comment describes the prototypes that follow it without an empty line or a macro between. A comment with an empty
# line after it goes with all further prototypes in that part of the header. The header's first comment and its table of
# codes go into the page of the library, sorteo(3), which lists all functions.

function join_words(text, line) {
    return text (text == "" || line == "" ? "" : " ") line
}

# A line of a comment, without its marks.
function bare(line) {
    sub(/^ *\/\* ?/, "", line)
    sub(/^ \* ?/, "", line)
    sub(/ *\*\/ *$/, "", line)
    sub(/^ \*$/, "", line)
    return line
}

# ---- Reading the header --------------------------------------------------------------------------

NR == 1 { in_top = 1 }
in_top { top[++top_count] = bare($0); if (/\*\/$/) in_top = 0; next }

/^\/\* ---- / {
    part = $0
    sub(/^\/\* ---- /, "", part)
    sub(/ -+ \*\/$/, "", part)
    sub(/ \(section.*/, "", part)
    intro_count = doc_count = 0
    next
}

/^    X\([A-Z0-9]+, "[a-z0-9]+", / {
    split($0, cells, /[(,"]+ */)
    code = cells[2]
    text = $0
    sub(/^[^"]*"[^"]*", *"/, "", text)
    sub(/".*/, "", text)
    codes[++code_count] = "SORTEO_E_" code
    code_texts[code_count] = text
    next
}

/^\/\*/ { in_doc = 1; doc_count = 0 }
in_doc { doc[++doc_count] = bare($0); if (/\*\/$/) in_doc = 0; next }

# Types and macros in braces have comments of their own.
depth > 0 || /^(struct|enum|union) [a-z_]+ \{/ {
    line = $0
    if (!/\};$/)
        doc_count = 0
    depth += gsub(/\{/, "", line) - gsub(/\}/, "", line)
    next
}

/^$/ {
    if (doc_count > 0 && names == "") {
        for (i = 1; i <= doc_count; i++)
            intro[i] = doc[i]
        intro_count = doc_count
    }
    finish_page()
    doc_count = 0
    next
}

/^#define/ { doc_count = 0 }
/^#/ || /^extern/ || /^}/ || /\\$/ || /^ +X\(/ { next }

{
    sub(/^SORTEO_MUST_USE /, "")
    sub(/^ +/, "")
    prototype = join_words(prototype, $0)
    if (prototype ~ /;$/) {
        if (prototype ~ /\(/)
            add_prototype(prototype)
        prototype = ""
    }
}

# "const char *sorteo_code_name(enum sorteo_code code);"
function add_prototype(text,    open, name, type, given, count, i) {
    open = index(text, "(")
    type = substr(text, 1, open - 1)
    if (!match(type, /sorteo_[a-z_]+$/))
        return
    name = substr(type, RSTART)
    type = substr(type, 1, RSTART - 1)
    sub(/ $/, "", type)
    names = join_words(names, name)
    synopsis = synopsis ".Ft " type "\n.Fo " name "\n"
    given = substr(text, open + 1, length(text) - open - 2)
    count = split(given, parameters, / *, */)
    for (i = 1; i <= count; i++)
        if (parameters[i] != "void")
            synopsis = synopsis ".Fa \"" parameters[i] "\"\n"
    if (given == "void")
        synopsis = synopsis ".Fa void\n"
    synopsis = synopsis ".Fc\n"
}

# ---- Writing pages -------------------------------------------------------------------------------

# Text that is under way is written, and then what it was part of ends.
function flush(end) {
    print_text(text)
    text = ""
    if (end != "")
        put(end)
}

# Paragraphs of a comment; "  - " begins an item of a list, and four blanks, or a word in capitals, a line of code.
function print_paragraphs(lines, count,    i, line, in_list, in_code, is_indented) {
    text = ""
    for (i = 1; i <= count; i++) {
        line = lines[i]
        if (in_code && line !~ /^    / && line !~ /^[A-Z(]+[a-z)]*  / && line != "") {
            put(".Ed")
            in_code = 0
        }
        if (in_list && line !~ /^    / && line !~ /^  - /) {
            flush(".El")
            in_list = 0
        }
        if (line ~ /^  - /) {
            flush(in_list ? "" : ".Bl -dash -compact")
            in_list = 1
            put(".It")
            text = substr(line, 5)
        } else if (!in_list && (line ~ /^    / || line ~ /^[A-Z(]+[a-z)]*  /)) {
            if (!in_code) {
                flush(".Bd -literal")
                is_indented = line ~ /^    /
            }
            in_code = 1
            print_folded(is_indented ? substr(line, 5) : line)
        } else if (line == "" && in_code) {
            put(".Ed")
            in_code = 0
        } else if (line == "") {
            flush(i < count && lines[i + 1] !~ /^(    |[A-Z]+  )/ ? ".Pp" : "")
        } else {
            if (match(line, /\*[a-z]+\*/))
                line = substr(line, 1, RSTART - 1) substr(line, RSTART + 1, RLENGTH - 2) substr(line, RSTART + RLENGTH)
            gsub(/`/, "", line)
            text = join_words(text, line)
        }
    }
    flush(in_list ? ".El" : in_code ? ".Ed" : "")
}

# The first sentence, as the page's title has it.
function about_of(    words, i) {
    for (i = 1; i <= doc_count; i++)
        words = join_words(words, doc[i])
    if (match(words, /[.?]( |$)/))
        words = substr(words, 1, RSTART - (substr(words, RSTART, 1) == "."))
    if (match(words, /, and returns +-/))
        words = substr(words, 1, RSTART - 1)
    gsub(/`/, "", words)
    if (part == "Encoder" && words ~ /^[A-Z_]+[ ,]/)
        return "encode " words
    return tolower(substr(words, 1, 1)) substr(words, 2)
}

function put_head(title, about, list, count,    i) {
    put(".\\\" Made from sorteo.h.")
    put(".Dd " date)
    put(".Dt " toupper(title) " 3")
    put(".Os")
    put(".Sh NAME")
    for (i = 1; i <= count; i++)
        put(".Nm " list[i] (i < count ? " ," : ""))
    sub(/\?$/, "", about)
    gsub(/"/, "\\(dq", about)
    put(".Nd " about)
    put(".Sh LIBRARY")
    put("libsorteo (\\-lsorteo)")
    put(".Sh SYNOPSIS")
    put(".In sorteo.h")
}

# The page of the functions that were read last. The file "links" says which other names it has.
function finish_page(    list, count, i) {
    if (names == "")
        return
    count = split(names, list, " ")
    page_names[++page_count] = names
    page_abouts[page_count] = about_of()
    page_parts[page_count] = part
    page = out "/" list[1] ".3"
    put_head(list[1], page_abouts[page_count], list, count)
    printf "%s", synopsis >page
    put(".Sh DESCRIPTION")
    print_paragraphs(doc, doc_count)
    if (intro_count > 0) {
        put(".Ss All functions of this part")
        print_paragraphs(intro, intro_count)
    }
    put(".Sh SEE ALSO")
    put(".Xr sorteo 3 ,")
    put(".Xr sorteo 7")
    close(page)
    for (i = 2; i <= count; i++)
        print list[1] ".3 " list[i] ".3" >(out "/links")
    names = synopsis = ""
}

# The library's own page.
END {
    finish_page()
    page = out "/sorteo.3"
    list[1] = "sorteo"
    put_head("sorteo", "decode and encode the frames of the sorteo lottery protocol", list, 1)
    put(".Sh DESCRIPTION")
    sub(/^.*: /, "", top[2])
    for (i = 4; i <= top_count; i++)
        rest[i - 3] = top[i]
    print_paragraphs(rest, top_count - 4)
    put(".Pp")
    put("The header describes the structures and their members.")
    put("The functions are as follows:")
    for (i = 1; i <= page_count; i++) {
        if (page_parts[i] != page_parts[i - 1]) {
            if (i > 1)
                put(".El")
            put(".Ss " page_parts[i])
            put(".Bl -tag -width Ds")
        }
        count = split(page_names[i], list, " ")
        line = ".It"
        for (k = 1; k <= count; k++)
            line = line (k > 1 ? " ," : "") " Xr " list[k] " 3"
        put(line)
        line = toupper(substr(page_abouts[i], 1, 1)) substr(page_abouts[i], 2)
        print_text(with_stop(line))
    }
    put(".El")
    put(".Sh ERRORS")
    put(".Bl -tag -width Ds")
    for (i = 1; i <= code_count; i++) {
        put(".It Dv " codes[i])
        print_text(code_texts[i] ".")
    }
    put(".El")
    put(".Sh SEE ALSO")
    put(".Xr sorteo 1 ,")
    put(".Xr sorteo 7")
}
