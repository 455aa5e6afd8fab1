/*
 * The numbers as text: OpenMetrics 1.0, or the older format of Prometheus, which all of its tools
 * read. The same names, values and labels in both. No label has a value that a peer can choose.
 */
#ifndef SERVER_OBSERVE_OPENMETRICS_H
#define SERVER_OBSERVE_OPENMETRICS_H

#include <stddef.h>

#include "server/observe/view.h"

enum metrics_format {
    METRICS_PLAIN, /* text, version 0.0.4 */
    METRICS_OPEN   /* OpenMetrics: with units, and an end that shows that it is whole */
};

/* The type of such a text's content, for HTTP. */
const char *openmetrics_type(enum metrics_format format);

/* All of it, *len bytes, freed by the caller; NULL if there is no memory. */
char *openmetrics_text(const struct view *view, enum metrics_format format, size_t *len);

#endif
