/*
 * write-batch.c: writes a batch of two bets and an agency's finish to standard output.
 *
 *     cc -o write-batch write-batch.c $(pkg-config --cflags --libs sorteo)
 *     ./write-batch | sorteo decode
 */
#include <sorteo.h>
#include <stdio.h>

/* clang-format off */
#define TEXT(literal) { .bytes = (literal), .len = sizeof(literal) - 1 }
/* clang-format on */

static const struct sorteo_bet bets[] = {
    { .agency = 1,
      .name = TEXT("Santiago Lionel"),
      .surname = TEXT("Lorca"),
      .document = 30904465,
      .birthdate = TEXT("1999-03-17"),
      .number = 2201 },
    { .agency = 1,
      .name = TEXT("Tiago Nicol\u00e1s"),
      .surname = TEXT("Rivera"),
      .document = 34407251,
      .birthdate = TEXT("2001-08-29"),
      .number = 1033 },
};

int main(void)
{
    const enum sorteo_dialect dialect = SORTEO_DIALECT_DEFAULT;
    uint8_t buf[SORTEO_PACKET_MAX];
    size_t batch_len, finish_len;
    struct sorteo_error error;

    enum sorteo_code code =
        sorteo_encode_batch(dialect, 0, bets, sizeof bets / sizeof bets[0], buf, sizeof buf, &batch_len, &error);
    if (code == SORTEO_E_OK)
        code = sorteo_encode_finish(dialect, 0, 1, buf + batch_len, sizeof buf - batch_len, &finish_len);
    if (code != SORTEO_E_OK) {
        fprintf(stderr, "write-batch: %s\n", sorteo_code_text(code));
        return 1;
    }
    return fwrite(buf, 1, batch_len + finish_len, stdout) == batch_len + finish_len && fflush(stdout) == 0 ? 0 : 1;
}
