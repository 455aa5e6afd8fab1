/* A configuration in YAML: see config_yaml.h. */
#include "client/config_yaml.h"

#include <stdio.h>
#include <string.h>

#include <yaml.h>

#define DEPTH_MAX 8u

struct reading {
    struct config *config;
    const char *bytes;
    yaml_parser_t parser;
    yaml_event_t event; /* the current one */
    unsigned documents;
    unsigned depth;                      /* mappings that are open */
    char key[DEPTH_MAX][CONFIG_KEY_MAX]; /* the current key of each, with those that enclose it */
};

static unsigned line_of_event(const struct reading *reading)
{
    return (unsigned)reading->event.start_mark.line + 1;
}

/* For bytes that are not UTF-8, libyaml does not tell the line. */
static bool fail_malformed(struct reading *reading)
{
    const yaml_parser_t *parser = &reading->parser;
    unsigned line = (unsigned)parser->problem_mark.line + 1;

    if (parser->error == YAML_MEMORY_ERROR)
        return config_fail(reading->config, line, "out of memory");
    if (parser->error == YAML_READER_ERROR) {
        line = 1;
        for (size_t i = 0; i < parser->problem_offset; i++)
            line += reading->bytes[i] == '\n';
    }
    return config_fail(reading->config, line, "invalid YAML: %s",
                       parser->problem != NULL ? parser->problem : "malformed");
}

static bool next_event(struct reading *reading)
{
    yaml_event_delete(&reading->event);
    if (yaml_parser_parse(&reading->parser, &reading->event))
        return true;
    memset(&reading->event, 0, sizeof reading->event);
    return fail_malformed(reading);
}

static bool is_null(const yaml_event_t *event)
{
    const char *text = (const char *)event->data.scalar.value;

    return event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
           (strcmp(text, "~") == 0 || strcmp(text, "null") == 0 || strcmp(text, "Null") == 0 ||
            strcmp(text, "NULL") == 0);
}

/* How a list or mapping that begins or ends with this event changes the depth. */
static int depth_change(yaml_event_type_t type)
{
    return (type == YAML_SEQUENCE_START_EVENT || type == YAML_MAPPING_START_EVENT) -
           (type == YAML_SEQUENCE_END_EVENT || type == YAML_MAPPING_END_EVENT);
}

/* The text of the current event, a scalar. NULL after config_fail. */
static const char *value_of(struct reading *reading, const char *key)
{
    const yaml_event_t *event = &reading->event;
    const char *text = (const char *)event->data.scalar.value;

    if (strlen(text) != event->data.scalar.length) {
        (void)config_fail(reading->config, line_of_event(reading), "a NUL in the value of %s", key);
        return NULL;
    }
    return is_null(event) ? "" : text;
}

/* The items of the list that begins with the current event. */
static bool read_list(struct reading *reading, const char *key)
{
    bool is_flat = true;

    for (int open = 1; open > 0;) {
        const char *text;

        if (!next_event(reading))
            return false;
        open += depth_change(reading->event.type);
        if (open > 0 && reading->event.type != YAML_SCALAR_EVENT)
            is_flat = false;
        if (open == 0 || !is_flat)
            continue;
        text = value_of(reading, key);
        if (text == NULL || !config_add_item(reading->config, text, line_of_event(reading)))
            return false;
    }
    if (!is_flat)
        config_drop_items(reading->config);
    return true;
}

static bool enter(struct reading *reading)
{
    if (reading->depth == DEPTH_MAX)
        return config_fail(reading->config, line_of_event(reading), "keys are nested more than %u deep", DEPTH_MAX);
    reading->depth++;
    return true;
}

/* The current event is a key; it is appended to those that enclose it. */
static bool take_key(struct reading *reading)
{
    const yaml_event_t *event = &reading->event;
    const char *around = reading->depth > 1 ? reading->key[reading->depth - 2] : "";
    char *key = reading->key[reading->depth - 1];
    int len;

    if (event->type != YAML_SCALAR_EVENT)
        return config_fail(reading->config, line_of_event(reading), "a key that is not text");
    if (strlen((const char *)event->data.scalar.value) != event->data.scalar.length)
        return config_fail(reading->config, line_of_event(reading), "a NUL in a key");
    len = snprintf(key, CONFIG_KEY_MAX, "%s%s%s", around, *around != '\0' ? "." : "",
                   (const char *)event->data.scalar.value);
    if (len >= (int)CONFIG_KEY_MAX)
        return config_fail(reading->config, line_of_event(reading), "a key of more than %u bytes", CONFIG_KEY_MAX - 1);
    return true;
}

/* The current event is, or begins, the value of the current key. */
static bool take_value(struct reading *reading)
{
    const char *key = reading->key[reading->depth - 1];
    unsigned line = line_of_event(reading);
    const char *text;

    switch (reading->event.type) {
    case YAML_MAPPING_START_EVENT:
        return enter(reading);
    case YAML_SEQUENCE_START_EVENT:
        return config_add(reading->config, key, NULL, line) && read_list(reading, key);
    case YAML_SCALAR_EVENT:
        text = value_of(reading, key);
        return text != NULL && config_add(reading->config, key, text, line);
    default: /* an alias */
        return config_add(reading->config, key, NULL, line);
    }
}

/* The keys of the document's mapping, and of those in it. */
static bool read_mappings(struct reading *reading)
{
    if (!enter(reading))
        return false;
    while (reading->depth > 0) {
        if (!next_event(reading))
            return false;
        if (reading->event.type == YAML_MAPPING_END_EVENT)
            reading->depth--;
        else if (!take_key(reading) || !next_event(reading) || !take_value(reading))
            return false;
    }
    return true;
}

static bool read_document(struct reading *reading)
{
    if (++reading->documents > 1)
        return config_fail(reading->config, line_of_event(reading),
                           "a second YAML document: a configuration has only one");
    if (!next_event(reading))
        return false;
    if (reading->event.type == YAML_MAPPING_START_EVENT)
        return read_mappings(reading);
    if (reading->event.type == YAML_SCALAR_EVENT &&
        (reading->event.data.scalar.length == 0 || is_null(&reading->event)))
        return true;
    return config_fail(reading->config, line_of_event(reading), "expected keys with values, such as 'id: 1'");
}

static bool read_stream(struct reading *reading)
{
    do {
        if (!next_event(reading))
            return false;
        if (reading->event.type == YAML_DOCUMENT_START_EVENT && !read_document(reading))
            return false;
    } while (reading->event.type != YAML_STREAM_END_EVENT);
    return true;
}

bool config_yaml_parse(struct config *config, const char *bytes, size_t len)
{
    struct reading reading = { .config = config, .bytes = bytes };
    bool good;

    if (!yaml_parser_initialize(&reading.parser))
        return config_fail(config, 1, "out of memory");
    yaml_parser_set_input_string(&reading.parser, (const unsigned char *)bytes, len);
    good = read_stream(&reading);
    yaml_event_delete(&reading.event);
    yaml_parser_delete(&reading.parser);
    return good;
}
