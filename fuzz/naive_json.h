/*
 * Is a text JSON? For the target `tool`: the simplest possible check, which builds nothing. The
 * project's own JSON is flat, so lists and nested objects are not accepted.
 */
#ifndef FUZZ_NAIVE_JSON_H
#define FUZZ_NAIVE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct naive_json {
    const char *at;
    const char *end;
};

static inline bool naive_json_take(struct naive_json *json, const char *token)
{
    const size_t len = strlen(token);

    if ((size_t)(json->end - json->at) < len || memcmp(json->at, token, len) != 0)
        return false;
    json->at += len;
    return true;
}

static inline bool naive_json_escape(struct naive_json *json)
{
    if (json->at == json->end || strchr("\"\\/bfnrtu", *json->at) == NULL)
        return false;
    if (*json->at++ != 'u')
        return true;
    for (unsigned i = 0; i < 4; i++)
        if (json->at == json->end || *json->at == '\0' || strchr("0123456789abcdefABCDEF", *json->at++) == NULL)
            return false;
    return true;
}

static inline bool naive_json_string(struct naive_json *json)
{
    if (!naive_json_take(json, "\""))
        return false;
    while (json->at < json->end && *json->at != '"') {
        if ((unsigned char)*json->at < ' ')
            return false;
        if (*json->at++ == '\\' && !naive_json_escape(json))
            return false;
    }
    return naive_json_take(json, "\"");
}

static inline bool naive_json_number(struct naive_json *json)
{
    const char *begin = json->at;

    while (json->at < json->end && *json->at >= '0' && *json->at <= '9')
        json->at++;
    return json->at > begin && (*begin != '0' || json->at == begin + 1);
}

static inline bool naive_json_value(struct naive_json *json)
{
    return naive_json_take(json, "true") || naive_json_take(json, "false") || naive_json_take(json, "null") ||
           naive_json_number(json) || naive_json_string(json);
}

static inline bool naive_json_is_object(const char *text, size_t len)
{
    struct naive_json json = { text, text + len };

    if (!naive_json_take(&json, "{"))
        return false;
    do {
        if (!naive_json_string(&json) || !naive_json_take(&json, ":") || !naive_json_value(&json))
            return false;
    } while (naive_json_take(&json, ","));
    return naive_json_take(&json, "}") && json.at == json.end;
}

#endif
