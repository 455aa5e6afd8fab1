# page.awk: makes a page of the manual (mdoc) from a template and a program's --help.
#
#     awk -v help=FILE -v name="sorteo export" -v about="a server's store as bets.csv" -v date="…" \
#         -f mdoc.awk -f page.awk TEMPLATE
#
# A line of the template that is @KEY@ is replaced:
#
#     @usage@     the rest of the line "Usage: NAME …"        @notes@     what follows the options, but the last part
#     @summary@   the paragraph below it                      @exit@      that part: "Exit status: 0 done, 1 failed …"
#     @options@   a list of the options                       @commands@  a list of the commands, of `sorteo`
#     @text@      all of it, as it is                         @probes@    the file `probes`, which is mdoc already
#
# and in other lines @name@, @NAME@ (with dashes), @TITLE@ (in capitals), @about@ and @date@. Knows no option.

BEGIN {
    dashed = name
    gsub(/ /, "-", dashed)
    read_help()
}

/^@[a-z]+@$/ {
    key = substr($0, 2, length($0) - 2)
    if (key == "usage") print_usage()
    else if (key == "summary") print_text(summary)
    else if (key == "options") print_options()
    else if (key == "notes") print_notes()
    else if (key == "exit") print_text(exit_status)
    else if (key == "commands") print_commands()
    else if (key == "text") print_literal()
    else if (key == "probes") print_file(probes)
    else fail("there is no " $0)
    next
}

{
    gsub(/@name@/, name)
    gsub(/@NAME@/, dashed)
    gsub(/@TITLE@/, toupper(dashed))
    gsub(/@about@/, about)
    gsub(/@date@/, date)
    print
}

function fail(reason) {
    print "page.awk: " FILENAME ": " reason >"/dev/stderr"
    failed = 1
    exit 1
}

END {
    exit failed
}

# ---- Reading --help ------------------------------------------------------------------------------

# Parts are divided by empty lines: usage and summary, options or commands, how variables are called, and the notes.
function read_help(    line, part) {
    part = "usage"
    while ((getline line <help) > 0) {
        lines[++line_count] = line
        if (line ~ /^Usage: /)
            usage = substr(line, length("Usage: ") + 1)
        else if (line == "Options:" || line == "Commands:")
            part = line
        else if (line == "" && (part == "Options:" || part == "Commands:"))
            part = "variables"
        else if (line == "" && part == "variables")
            part = "notes"
        else if (part == "usage" && line != "")
            summary = summary (summary == "" ? "" : " ") line
        else if (part == "Options:")
            read_option(line)
        else if (part == "Commands:")
            read_command(line)
        else if (part == "notes")
            notes[++note_count] = line
    }
    split_exit_status()
}

# "  --name METAVAR   text", and further lines of text, which begin at column 24.
function read_option(line,    head, gap) {
    if (line ~ /^  --/) {
        option_count++
        head = substr(line, 3)
        gap = index(head, "  ")
        if (gap > 0) {
            texts[option_count] = substr(head, gap)
            head = substr(head, 1, gap - 1)
        }
        options[option_count] = head
    } else {
        texts[option_count] = texts[option_count] " " line
    }
    gsub(/ +/, " ", texts[option_count])
    sub(/^ /, "", texts[option_count])
}

function read_command(line) {
    sub(/^ +/, "", line)
    commands[++command_count] = substr(line, 1, index(line, " ") - 1)
    abouts[command_count] = substr(line, index(line, " "))
    sub(/^ +/, "", abouts[command_count])
}

# The last part of the notes, without its first words.
function split_exit_status(    i) {
    for (i = 1; i <= note_count && notes[i] !~ /^Exit status: /; i++)
        ;
    last_note = i - 1
    for (; i <= note_count; i++)
        exit_status = exit_status (exit_status == "" ? "" : " ") notes[i]
    sub(/^Exit status: /, "", exit_status)
    while (last_note > 0 && notes[last_note] == "")
        last_note--
}

# ---- Writing it ---------------------------------------------------------------------------------

function print_usage(    words, count, i, word, rest) {
    rest = substr(usage, length(name) + 2)
    while (match(rest, /\[[^]]*\](\.\.\.)?/)) {
        print_operands(substr(rest, 1, RSTART - 1))
        word = substr(rest, RSTART + 1, RLENGTH - 2)
        rest = substr(rest, RSTART + RLENGTH)
        if (sub(/\]\.\.$/, "", word))
            word = word " ..."
        put(".Op Ar " word)
    }
    print_operands(rest)
}

function print_operands(text) {
    gsub(/^ +| +$/, "", text)
    if (text != "")
        put(".Ar " text)
}

function print_options(    i, text, variable, parts) {
    put(".Bl -tag -width Ds")
    for (i = 1; i <= option_count; i++) {
        split(substr(options[i], 3), parts, " ")
        put(".It Fl \\-" parts[1] (parts[2] != "" ? " Ar " parts[2] : ""))
        text = texts[i]
        variable = ""
        if (match(text, / \[[A-Z_]+\]$/)) {
            variable = substr(text, RSTART + 2, RLENGTH - 3)
            text = substr(text, 1, RSTART - 1)
        }
        print_text(text)
        if (variable != "")
            put("Also set by\n.Ev " variable " .")
    }
    put(".El")
}

function print_commands(    i) {
    put(".Bl -tag -width describe")
    for (i = 1; i <= command_count; i++) {
        put(".It Cm " commands[i])
        print_text(abouts[i] ".")
        if (commands[i] != "help")
            put("See\n.Xr sorteo-" commands[i] " 1 .")
    }
    put(".El")
}

# Paragraphs; lines that are indented stay lines.
function print_notes(    i, text) {
    if (last_note > 0)
        put(".Pp")
    for (i = 1; i <= last_note; i++) {
        if (notes[i] ~ /^ /) {
            print_text(text)
            text = ""
            put(".Bd -literal -offset indent -compact")
            for (; i <= last_note && notes[i] ~ /^ /; i++) {
                sub(/^ +/, "", notes[i])
                print_line(word_of(notes[i]))
            }
            put(".Ed")
            i--
        } else if (notes[i] == "") {
            print_text(text)
            put(".Pp")
            text = ""
        } else {
            text = text (text == "" ? "" : " ") notes[i]
        }
    }
    print_text(text)
}

function print_literal(    i) {
    put(".Bd -literal -compact")
    for (i = 1; i <= line_count; i++)
        print_folded(lines[i])
    put(".Ed")
}

function print_file(path,    line) {
    while ((getline line <path) > 0)
        put(line)
}
