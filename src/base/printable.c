/* See printable.h. */
#include "base/printable.h"

#include <stdbool.h>

#define LINE_MAX_BYTES 4096

/* Bytes of the character that text begins with; 0 if it is no well-formed UTF-8 (RFC 3629). */
static size_t character_len(const unsigned char *text)
{
    static const struct {
        unsigned char first, last, second_least, second_most;
        size_t len;
    } forms[] = {
        { 0x00, 0x7f, 0, 0xff, 1 },    { 0xc2, 0xdf, 0x80, 0xbf, 2 }, { 0xe0, 0xe0, 0xa0, 0xbf, 3 },
        { 0xe1, 0xec, 0x80, 0xbf, 3 }, { 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 },
        { 0xf0, 0xf0, 0x90, 0xbf, 4 }, { 0xf1, 0xf3, 0x80, 0xbf, 4 }, { 0xf4, 0xf4, 0x80, 0x8f, 4 },
    };
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (text[0] < forms[i].first || text[0] > forms[i].last)
            continue;
        if (forms[i].len > 1 && (text[1] < forms[i].second_least || text[1] > forms[i].second_most))
            return 0;
        for (size_t k = 2; k < forms[i].len; k++)
            if ((text[k] & 0xc0u) != 0x80u)
                return 0;
        return forms[i].len;
    }
    return 0;
}

static bool is_control(const unsigned char *text, size_t len)
{
    return text[0] < 0x20 || text[0] == 0x7f || (len == 2 && text[0] == 0xc2 && text[1] < 0xa0);
}

/* What changes the direction or the line of the text around it: U+061C, U+200E, U+200F, U+2028 to
 * U+202E, U+2066 to U+2069. */
static bool is_layout(const unsigned char *text, size_t len)
{
    if (len == 2)
        return text[0] == 0xd8 && text[1] == 0x9c;
    if (len != 3 || text[0] != 0xe2)
        return false;
    if (text[1] == 0x80)
        return text[2] == 0x8e || text[2] == 0x8f || (text[2] >= 0xa8 && text[2] <= 0xae);
    return text[1] == 0x81 && text[2] >= 0xa6 && text[2] <= 0xa9;
}

size_t layout_mark_len(const char *text, size_t len)
{
    for (size_t mark = 2; mark <= 3 && mark <= len; mark++)
        if (is_layout((const unsigned char *)text, mark))
            return mark;
    return 0;
}

const char *printable(char *out, size_t cap, const char *text)
{
    const unsigned char *next = (const unsigned char *)text;
    size_t used = 0;
    while (cap > 0 && *next != '\0') {
        size_t len = character_len(next);
        bool shown = len > 0 && !is_control(next, len) && !is_layout(next, len);
        size_t room = shown ? len : 1;
        if (room > cap - 1 - used)
            break;
        for (size_t i = 0; i < room; i++)
            out[used++] = shown ? (char)next[i] : '?';
        next += len > 0 ? len : 1;
    }
    if (cap > 0)
        out[used] = '\0';
    return out;
}

void printable_vline(FILE *file, const char *format, va_list values)
{
    char made[LINE_MAX_BYTES], shown[LINE_MAX_BYTES];
    (void)vsnprintf(made, sizeof made, format, values);
    (void)fprintf(file, "%s\n", printable(shown, sizeof shown, made));
}

void printable_line(FILE *file, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    printable_vline(file, format, values);
    va_end(values);
}
