/*
 * One byte, fed to a generated machine from any state: EVA runs main() on all values at once.
 *
 * The contents of the decoder are unknown, except for what the class of its state claims (place.h).
 * After the byte the claims of the new state must hold again. They also hold where a stream begins,
 * where the caller says which reply is due, and where the encoder asks. So they always hold, and an
 * error that EVA does not report here happens on no input.
 *
 * Built with MACHINE and PLACES (files), DIALECT and EXEC (of that machine).
 */
#include "__fc_builtin.h"

#include "codec/decoder.c"
#include "place.h"
#include "watch.h"

#include MACHINE
#include PLACES

/* Sending a longer stream would take a century. */
#define OFFSET_MAX (UINT64_MAX / 2)

/* Which states are tried: all, or for a fault those that it is about. */
#ifndef WHERE
#define WHERE true
#endif

static bool any_bool(void)
{
    return Frama_C_interval(0, 1) == 1;
}

static uint8_t any_uint8(void)
{
    return (uint8_t)Frama_C_interval(0, UINT8_MAX);
}

static uint16_t any_uint16(void)
{
    return (uint16_t)Frama_C_interval(0, UINT16_MAX);
}

static uint32_t any_uint32(void)
{
    return Frama_C_unsigned_int_interval(0, UINT32_MAX);
}

static uint16_t any_of(struct range range)
{
    return (uint16_t)Frama_C_interval(range.least, range.most);
}

/* Any decoder that may be about to read a byte in the state: what init sets permanently is as init
 * sets it, with any limit; counters are as the class says; everything else is unknown. */
static void any_decoder(struct sorteo_decoder *decoder, uint8_t state, const struct place *place)
{
    struct sorteo_decoder fresh;

    sorteo_decoder_init(&fresh, DIALECT, SORTEO_AGENCY_STREAM, any_uint32());
    Frama_C_make_unknown((char *)decoder, sizeof(*decoder));
    decoder->error = fresh.error;
    decoder->refused_in = fresh.refused_in;
    decoder->refused_field = fresh.refused_field;
    decoder->refused_elsewhere = fresh.refused_elsewhere;
    decoder->frame_limit = fresh.frame_limit;
    decoder->batch_head = fresh.batch_head;
    decoder->bet_least = fresh.bet_least;
    decoder->single_least = fresh.single_least;
    decoder->dialect = fresh.dialect;
    decoder->state = state;
    decoder->offset = Frama_C_unsigned_long_interval(0, OFFSET_MAX);
    decoder->text_left = any_of(place->text_left);
    decoder->items = any_of(place->items);
    decoder->items_left = any_of(place->items_left);
    decoder->in_bet = place->in_bet;
    decoder->between_frames = false;
    decoder->event = SORTEO_MORE;
    decoder->pending = SORTEO_MORE; /* the shell delivers it before it lets the machine continue */
    decoder->stored = any_bool();
}

/* Does what its class claims hold of a decoder between two calls? */
static void check_place(const struct sorteo_decoder *decoder)
{
    //@ check the_state_is_one_of_the_machine: MACHINE_ERROR_STATE < decoder->state < STATES;
    const struct place *place = &classes[class_of[decoder->state]];
    const bool counted = asked == N_BETS_READ;
    const bool refused = decoder->refused_in != MACHINE_ERROR_STATE || decoder->refused_field != SORTEO_F_NONE ||
                         decoder->refused_elsewhere;

    //@ check no_error_was_noted: decoder->error.code == SORTEO_E_OK && decoder->error.field == SORTEO_F_NONE;
    //@ check no_refusal_is_noted_without_an_error: !refused;
    //@ check a_frame_is_under_way_or_may_begin: decoder->between_frames ? place->between : place->inside;
    //@ check text_left_is_in_its_range: place->text_left.least <= decoder->text_left <= place->text_left.most;
    //@ check in_bet_inside_of_bets_only: decoder->in_bet == place->in_bet;
    //@ check n_bets_is_counted_once: counted == place->counted;
    if (!decoder->between_frames) {
        //@ check items_are_in_their_range: place->items.least <= decoder->items <= place->items.most;
        //@ check items_left_are_in_their_range: place->items_left.least <= decoder->items_left <= place->items_left.most;
    }
}

/* What the machine left for the shell to deliver. */
static void check_event(const struct sorteo_decoder *decoder)
{
    const bool raised = decoder->event != SORTEO_MORE;
    const bool second = decoder->pending != SORTEO_MORE;

    //@ check an_event_is_one_of_the_machine: raised ==> SORTEO_BATCH_BEGIN <= decoder->event <= SORTEO_WINNERS_END;
    //@ check a_second_event_ends_a_frame: second ==> decoder->between_frames == 1;
    //@ check a_second_event_ends_a_list: second ==> decoder->pending \in {SORTEO_BATCH_END, SORTEO_WINNERS_END};
}

static void step(uint8_t state, const struct place *place)
{
    const bool begins = place->between && (!place->inside || any_bool());
    const uint8_t byte = any_uint8();
    struct sorteo_decoder decoder;
    const uint8_t *end;

    any_decoder(&decoder, state, place);
    if (begins)
        frame_begin(&decoder);
    asked = place->counted ? N_BETS_READ : NOTHING;
    end = EXEC(&decoder, &byte, &byte + 1);

    //@ check an_error_is_at_its_byte: decoder.state == MACHINE_ERROR_STATE ==> end == &byte;
    //@ check all_else_is_read: decoder.state != MACHINE_ERROR_STATE ==> end == &byte + 1;
    if (decoder.state != MACHINE_ERROR_STATE) {
        check_place(&decoder);
        check_event(&decoder);
    }
}

/* A machine that is given nothing does nothing. */
static void stand(uint8_t state, const struct place *place)
{
    const uint8_t byte = 0;
    struct sorteo_decoder decoder;
    const uint8_t *end;

    any_decoder(&decoder, state, place);
    end = EXEC(&decoder, &byte, &byte);
    //@ check nothing_is_read_of_nothing: end == &byte && decoder.state == state;
}

/* Where streams begin, and where the caller says which reply is due. */
static void begin(enum sorteo_stream stream)
{
    struct sorteo_decoder decoder;

    asked = NOTHING;
    sorteo_decoder_init(&decoder, DIALECT, stream, any_uint32());
    check_place(&decoder);
    sorteo_decoder_expect(&decoder, (enum sorteo_reply)Frama_C_interval(0, SORTEO_REPLY_WINNERS));
    check_place(&decoder);
}

/* Where the encoder asks, with any text. */
static void ask(enum machine_entry entry)
{
    struct sorteo_decoder decoder;

    asked = NOTHING;
    sorteo_decoder_init(&decoder, DIALECT, SORTEO_BET_STREAM, 0);
    decoder.state = machine_entry(DIALECT, entry);
    decoder.text_left = any_uint16();
    decoder.between_frames = false; /* nothing of the machine reads it */
    check_place(&decoder);
}

/* What sizes.c assumes of the table of dialects. */
static void look_up(void)
{
    const struct sorteo_parameters *parameters = sorteo_dialect_parameters(DIALECT);
    const struct dialect_sizes *sizes = &dialect_of(DIALECT)->sizes;

    //@ check a_length_is_one_or_two_bytes: 1 <= parameters->length_size <= 2;
    //@ check an_agency_is_of_the_bet_or_of_its_batch: sizes->bet_agency + parameters->batch_agency_size == 1;
    //@ check a_bet_is_as_long_as_its_fields: sizes->bet_fixed == 16 + sizes->bet_agency + 2 * parameters->length_size;
}

int main(void)
{
    look_up();
    begin(SORTEO_AGENCY_STREAM);
    begin(SORTEO_BET_STREAM);
    begin(SORTEO_REPLY_STREAM);
    ask(MACHINE_NAME);
    ask(MACHINE_BIRTHDATE);
    //@ loop unroll STATES;
    for (unsigned state = MACHINE_ERROR_STATE + 1; state < STATES; state++) {
        const struct place *const place = &classes[class_of[state]];

        if (WHERE)
            step((uint8_t)state, place);
    }
    stand(1, &classes[class_of[1]]);
    return 0;
}
