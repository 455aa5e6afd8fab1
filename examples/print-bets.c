/*
 * print-bets.c: reads frames of agencies from standard input and prints their bets, one per line.
 *
 *     cc -o print-bets print-bets.c $(pkg-config --cflags --libs sorteo)
 *     sorteo encode --agency 1 agency-1.csv | ./print-bets
 */
#include <sorteo.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Drops the bytes before `keep` and appends what it reads to the rest. False at the end of the
 * input. */
static bool refill(struct sorteo_window *window, uint8_t *buf, size_t cap, uint64_t keep)
{
    size_t dropped = (size_t)(keep - window->base);
    window->len -= dropped;
    window->base = keep;
    memmove(buf, buf + dropped, window->len);
    ssize_t got = read(STDIN_FILENO, buf + window->len, cap - window->len);
    window->len += got > 0 ? (size_t)got : 0;
    return got > 0;
}

static void print(const struct sorteo_bet *bet)
{
    printf("%u\t%.*s\t%.*s\t%u\t%.*s\t%u\n", bet->agency, (int)bet->name.len, bet->name.bytes, (int)bet->surname.len,
           bet->surname.bytes, bet->document, (int)bet->birthdate.len, bet->birthdate.bytes, bet->number);
}

static int report(const struct sorteo_error *error)
{
    fprintf(stderr, "print-bets: byte %llu, %s: %s\n", (unsigned long long)error->offset,
            sorteo_field_name(error->field), sorteo_code_text(error->code));
    return 1;
}

int main(void)
{
    static uint8_t buf[1 << 18]; /* the longest bet has two names of 65,535 bytes */
    struct sorteo_window window = { .bytes = buf, .len = 0, .base = 0 };
    struct sorteo_decoder decoder;
    struct sorteo_event event;

    sorteo_decoder_init(&decoder, SORTEO_DIALECT_DEFAULT, SORTEO_AGENCY_STREAM, 0);
    for (;;) {
        switch (sorteo_decoder_next(&decoder, &window, &event)) {
        case SORTEO_BET:
            print(&event.bet);
            break;
        case SORTEO_ERROR:
            return report(&decoder.error);
        case SORTEO_MORE:
            if (!refill(&window, buf, sizeof buf, sorteo_decoder_keep(&decoder)))
                return sorteo_decoder_end(&decoder) == SORTEO_E_OK ? 0 : report(&decoder.error);
            break;
        default:
            break; /* a batch begins or ends, an agency finishes */
        }
    }
}
