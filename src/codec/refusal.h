/*
 * What to call the error at a byte that the machine has refused.
 *
 * Internal to the codec. Rules of the grammar name most errors themselves. A byte that a field's
 * rule excludes is a VALUE; one where no field is due is UNEXPECTED.
 */
#ifndef CODEC_REFUSAL_H
#define CODEC_REFUSAL_H

#include "codec/machine.h"

/* Would the byte at p have been refused without a limit, too? Out of line: inlined, the place for a
 * second decoder would be made for every byte. */
static __attribute__((noinline)) bool is_refused_without_limit(const struct sorteo_decoder *decoder, const uint8_t *p)
{
    struct sorteo_decoder again = *decoder;

    if (decoder->refused_in == MACHINE_ERROR_STATE)
        return false;
    again.state = decoder->refused_in;
    again.frame_limit = UINT64_MAX;
    (void)machine_exec(&again, p, p + 1);
    return again.state == MACHINE_ERROR_STATE;
}

/* Where machine_exec has returned p, with the state MACHINE_ERROR_STATE: completes
 * decoder->error.code and .field. */
static inline void refusal_name(struct sorteo_decoder *decoder, const uint8_t *p)
{
    struct sorteo_error *error = &decoder->error;

    if (error->code == SORTEO_E_LIMIT && is_refused_without_limit(decoder, p))
        error->code = SORTEO_E_OK;
    if (error->code != SORTEO_E_OK)
        return;
    error->field = (enum sorteo_field)decoder->refused_field;
    error->code = error->field == SORTEO_F_NONE ? SORTEO_E_UNEXPECTED : SORTEO_E_VALUE;
}

#endif
