/*
 * Events as a line of text or of JSON, with the bytes of the stream that they are about. One event
 * is one line.
 *
 *     BET agency=1 name="Ana" surname="Paz" document=30904465 birthdate=1999-03-17 number=7 [2,30)
 *     {"event":"BET","begin":2,"end":30,"agency":1,"name":"Ana","surname":"Paz",...}
 *
 * Decodes nothing, and opens no file.
 */
#ifndef TOOL_EVENT_PRINT_H
#define TOOL_EVENT_PRINT_H

#include <stdbool.h>
#include <stdio.h>

#include "codec/sorteo.h"

enum event_form { EVENT_TEXT, EVENT_JSON };

/* `has_keys`: also print the KEY of the events that have one. In JSON it is a string, for its 64
 * bits are more than many readers of JSON keep. Write errors stay in the file (ferror). */
void event_print(FILE *file, enum event_form form, const struct sorteo_event *event, bool has_keys);

/* A text as a JSON string, with its quotes, and with escapes for all that would change how the line
 * around it looks. It must be well-formed UTF-8, as everything from the decoder is. */
void json_print_string(FILE *file, struct sorteo_text text);

#endif
