/*
 * How the encoder reports an error.
 *
 * Internal to the codec.
 */
#ifndef CODEC_REPORT_H
#define CODEC_REPORT_H

#include "codec/sorteo.h"

/* Fills *error if that is not NULL, and returns the code. */
static inline enum sorteo_code report(struct sorteo_error *error, enum sorteo_code code, enum sorteo_field field,
                                      uint64_t offset)
{
    if (error != NULL)
        *error = (struct sorteo_error){ .code = code, .field = field, .offset = offset };
    return code;
}

#endif
