/*
 * The names of what sorteo.h enumerates, from the lists that it enumerates them with.
 */
#include "../gen/dialects.h"
#include "codec/sorteo.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static const char *const code_names[] = {
#define X(code, name, text) name,
    SORTEO_CODES(X)
#undef X
};

/* Where BIRTHDATE is not the calendar, a date that it refuses may be a day. */
static const char *const code_texts[] = {
#define X(code, name, text) SORTEO_E_##code == SORTEO_E_DATE ? CODEC_DATE_TEXT(text) : text,
    SORTEO_CODES(X)
#undef X
};

static const char *const field_names[] = {
#define X(field, name) name,
    SORTEO_FIELDS(X)
#undef X
};

static const char *const event_names[] = {
#define X(event) #event,
    SORTEO_EVENTS(X)
#undef X
};

static const char *name_at(const char *const *names, size_t count, unsigned index)
{
    return index < count ? names[index] : "?";
}

const char *sorteo_code_name(enum sorteo_code code)
{
    return name_at(code_names, COUNT_OF(code_names), (unsigned)code);
}

const char *sorteo_code_text(enum sorteo_code code)
{
    return name_at(code_texts, COUNT_OF(code_texts), (unsigned)code);
}

const char *sorteo_field_name(enum sorteo_field field)
{
    return name_at(field_names, COUNT_OF(field_names), (unsigned)field);
}

const char *sorteo_event_name(enum sorteo_event_kind kind)
{
    return name_at(event_names, COUNT_OF(event_names), (unsigned)kind);
}

const char *sorteo_version(void)
{
    return SORTEO_VERSION;
}
