/*
 * sorteo describe: dialects, frames, sizes and ranges on standard output.
 *
 * Prints the tables that `make gen` made from the grammar (codec/protocol.h), and knows no field or
 * frame by name.
 */
#include "tool/describe.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/options.h"
#include "codec/protocol.h"
#include "codec/sorteo.h"
#include "tool/output.h"

enum { EXIT_DONE = 0, EXIT_FAILED = 1 };

#define ALL_DIALECTS UINT32_MAX

static const char *plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

/* A field that the dialect leaves out: no byte of it is ever sent. */
static bool is_left_out(const struct protocol_field *field)
{
    return field->kind != PROTOCOL_TEXT && field->size == 0;
}

/* ---- Fields ---------------------------------------------------------------------------------- */

static void print_integer(const struct protocol_field *field)
{
    const char *separator = " ";

    printf("%u byte%s", field->size, plural(field->size));
    for (unsigned i = 0; i < field->interval_count; i++) {
        const struct protocol_interval *interval = &field->intervals[i];

        printf("%s%s%" PRIu64, separator, i == 0 ? " " : "", interval->low);
        if (interval->high != interval->low)
            printf(" to %" PRIu64, interval->high);
        separator = ", ";
    }
    if (field->length_of != NULL)
        printf(": how long %s is", field->length_of);
}

/* The integer that says how many bytes the text has. */
static const char *length_field(const struct protocol *protocol, const struct protocol_field *text)
{
    for (unsigned i = 0; i < protocol->field_count; i++) {
        if (protocol->fields[i].length_of != NULL && strcmp(protocol->fields[i].length_of, text->name) == 0)
            return protocol->fields[i].name;
    }
    return "?";
}

static void print_field(const struct protocol *protocol, const struct protocol_field *field)
{
    printf("    %-13s", field->name);
    switch (field->kind) {
    case PROTOCOL_INTEGER:
        print_integer(field);
        break;
    case PROTOCOL_TEXT:
        printf("text of %s bytes", length_field(protocol, field));
        break;
    case PROTOCOL_CHARS:
        printf("%u characters", field->size);
        break;
    }
    putchar('\n');
}

/* ---- Frames ---------------------------------------------------------------------------------- */

static void print_places(const struct protocol *protocol, const struct protocol_part *part)
{
    for (unsigned i = 0; i < part->count; i++) {
        const struct protocol_field *field = &protocol->fields[part->places[i].field];

        if (!is_left_out(field))
            printf(" %s", field->name);
    }
}

/* How many bytes a part has: exactly, or at least where it holds texts. */
static void print_size(const struct protocol *protocol, const struct protocol_part *part)
{
    bool has_text = false;

    for (unsigned i = 0; i < part->count; i++)
        has_text |= protocol->fields[part->places[i].field].kind == PROTOCOL_TEXT;
    printf("%s%u byte%s", has_text ? "at least " : "", part->least, plural(part->least));
}

static void print_frame(const struct protocol *protocol, const struct protocol_frame *frame)
{
    if (frame->head.count == 0) /* one of several answers, or a receipt: its bytes are fields already listed */
        return;
    printf("    %-13s", frame->name);
    print_size(protocol, &frame->head);
    putchar(':');
    print_places(protocol, &frame->head);
    if (frame->items.count > 0) {
        printf("\n    %-13sthen as often as its count says, ", "");
        print_size(protocol, &frame->items);
        printf(" each:");
        print_places(protocol, &frame->items);
    }
    putchar('\n');
}

static void print_dialect(const struct protocol *protocol)
{
    printf("%s\n  fields (integers are unsigned, big-endian)\n", protocol->dialect);
    for (unsigned i = 0; i < protocol->field_count; i++) {
        if (!is_left_out(&protocol->fields[i]))
            print_field(protocol, &protocol->fields[i]);
    }
    printf("  frames\n");
    for (unsigned i = 0; i < protocol->frame_count; i++)
        print_frame(protocol, &protocol->frames[i]);
}

/* ---- The command ----------------------------------------------------------------------------- */

static enum options_outcome parse(unsigned *dialect, int argc, char **argv)
{
    const struct option_spec specs[] = { { .name = "dialect",
                                           .kind = OPTION_CHOICE,
                                           .value = dialect,
                                           .choices = sorteo_dialect_names(),
                                           .help = "Only this dialect. Default: every one." } };
    const struct options_program program = {
        .name = "sorteo describe",
        .synopsis = "[OPTION]...",
        .summary =
            "Prints the protocol as this program speaks it: for each dialect, its fields with their sizes in bytes and "
            "the values that they may have, and its frames with their fields in order. grammar/PROTOCOL.md (man 7 "
            "sorteo) explains what they mean.",
        .epilogue = "Exit status: 0 done, 1 standard output could not be written, 2 usage.",
        .version = SORTEO_VERSION,
        .options = specs,
        .option_count = sizeof specs / sizeof specs[0]
    };
    int operand = argc;

    return options_parse(&program, argc, argv, 0, &operand);
}

int describe_main(int argc, char **argv)
{
    unsigned chosen = ALL_DIALECTS;
    enum options_outcome outcome = parse(&chosen, argc, argv);

    if (outcome != OPTIONS_OK)
        return options_exit_status(outcome);
    for (unsigned dialect = 0; sorteo_dialect_names()[dialect] != NULL; dialect++) {
        if (chosen == ALL_DIALECTS || chosen == dialect)
            print_dialect(&protocols[dialect]);
    }
    return output_flush("sorteo describe") ? EXIT_DONE : EXIT_FAILED;
}
