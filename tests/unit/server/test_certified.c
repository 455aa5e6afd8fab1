/*
 * Whose bets a certificate lets through: the statement that a worker makes about a connection, and
 * what the judge makes of frames after it (protocol, section 10).
 */
#include "unit/server/commit_fixture.h"

#include <openssl/x509v3.h>

#include "server/committer/certified.h"
#include "tls/identity.h"

static struct certified certified;

/* ---- Statements ------------------------------------------------------------------------------ */

static void announce(uint64_t number, unsigned worker, uint8_t port)
{
    const struct announcement connection = { .number = number, .worker = (uint16_t)worker, .port = port };
    assert_true(announced_put(&certified.announced, &connection));
}

static const char *state_agencies(unsigned worker, uint32_t name, uint64_t number, uint8_t stream,
                                  const struct byte_set *agencies)
{
    const struct message message = {
        .type = MESSAGE_AGENCIES, .len = sizeof *agencies, .port = stream, .connection = name, .number = number
    };
    return certified_state(&certified, &workers[worker], &message, (const uint8_t *)agencies);
}

static void statement_about_an_announced_connection_is_believed_once(void **state)
{
    const struct byte_set agencies = { { 6 } };

    (void)state;
    announce(1001, 1, PORT_AGENCIES + PORT_TLS);
    assert_null(state_agencies(1, 1, 1001, 0, &agencies));
    const struct worker_connection *connection = worker_connection_find(&workers[1], 1);
    assert_non_null(connection);
    assert_true(connection->peer.certified);
    assert_true(byte_set_has(&connection->peer.agencies, 1) && byte_set_has(&connection->peer.agencies, 2));
    assert_non_null(state_agencies(1, 1, 1001, 0, &agencies)); /* it cannot be changed */
    assert_non_null(state_agencies(1, 2, 1001, 0, &agencies)); /* nor under another name */
}

static void statement_about_another_workers_connection_is_doubted(void **state)
{
    const struct byte_set agencies = { { 6 } };

    (void)state;
    announce(1001, 1, PORT_AGENCIES + PORT_TLS);
    assert_non_null(state_agencies(0, 1, 1001, 0, &agencies));
    assert_null(worker_connection_find(&workers[0], 1));
}

static void statement_about_an_unknown_connection_is_doubted(void **state)
{
    const struct byte_set agencies = { { 6 } };

    (void)state;
    assert_non_null(state_agencies(0, 1, 1001, 0, &agencies));
    announce(1001, 0, PORT_AGENCIES + PORT_TLS);
    certified_closed(&certified, &workers[1], 1001); /* it is not this one's to close */
    assert_int_equal(certified.announced.count, 1);
    certified_closed(&certified, &workers[0], 1001);
    assert_int_equal(certified.announced.count, 0);
    assert_non_null(state_agencies(0, 1, 1001, 0, &agencies));
}

static void statement_about_another_port_is_doubted(void **state)
{
    const struct byte_set agencies = { { 6 } };

    (void)state;
    announce(1001, 0, PORT_BETS + PORT_TLS);
    assert_non_null(state_agencies(0, 1, 1001, 0, &agencies));
    announce(1002, 0, PORT_AGENCIES); /* a plain one */
    assert_non_null(state_agencies(0, 1, 1002, 0, &agencies));
    certified.serves_tls = false;
    announce(1003, 0, PORT_AGENCIES + PORT_TLS);
    assert_non_null(state_agencies(0, 1, 1003, 0, &agencies));
}

static const char *doubt_first_frame(unsigned worker, uint32_t name)
{
    bool is_new = worker_connection_find(&workers[worker], name) == NULL;
    return certified_doubt(&certified, &workers[worker], connection(worker, name), is_new);
}

/* The acceptor's news and the worker's take two ways: either may come first. */
static void statement_that_comes_after_the_news_of_the_end_is_believed(void **state)
{
    const struct byte_set agencies = { { 6 } };

    (void)state;
    announce(1001, 0, PORT_AGENCIES + PORT_TLS);
    announced_leave(&certified.announced, 1001);
    assert_null(state_agencies(0, 1, 1001, 0, &agencies));
    announce(1002, 0, PORT_AGENCIES);
    announced_leave(&certified.announced, 1002);
    assert_null(doubt_first_frame(0, 2));
}

static void those_that_have_left_are_forgotten_first(void **state)
{
    struct announcement found;

    (void)state;
    for (uint64_t number = 1001; number <= 2000; number++)
        announce(number, 0, PORT_AGENCIES);
    announced_leave(&certified.announced, 1500);
    announce(2001, 0, PORT_AGENCIES);
    assert_false(announced_take(&certified.announced, 1500, &found));
    announce(1500, 0, PORT_AGENCIES); /* none has left: now the oldest */
    assert_false(announced_take(&certified.announced, 1001, &found));
    for (uint64_t number = 1002; number <= 2001; number++)
        assert_true(announced_take(&certified.announced, number, &found) && found.number == number);
    assert_int_equal(certified.announced.count, 0);
}

static void frame_without_a_statement_is_taken_from_plain_ports_alone(void **state)
{
    (void)state;
    announce(1001, 0, PORT_AGENCIES);
    assert_null(doubt_first_frame(0, 1));
    assert_null(doubt_first_frame(0, 1)); /* and from then on */
    announce(1002, 0, PORT_AGENCIES + PORT_TLS);
    assert_non_null(doubt_first_frame(0, 2));
    announce(1003, 1, PORT_AGENCIES);
    assert_non_null(doubt_first_frame(0, 3)); /* another worker's */
    assert_non_null(doubt_first_frame(0, 4)); /* of no worker */
    certified.serves_tls = false;
    assert_null(doubt_first_frame(0, 5));
}

static void statement_after_a_frame_is_doubted(void **state)
{
    const struct byte_set agencies = { { 6 } };

    (void)state;
    announce(1001, 0, PORT_AGENCIES);
    assert_null(doubt_first_frame(0, 1));
    announce(1001, 0, PORT_AGENCIES + PORT_TLS);
    assert_non_null(state_agencies(0, 1, 1001, 0, &agencies));
}

static void announced_connection_is_its_latest_workers(void **state)
{
    const struct byte_set agencies = { { 6 } };

    (void)state;
    for (uint64_t number = 1100; number > 1000; number--)
        announce(number, 0, PORT_AGENCIES + PORT_TLS);
    announce(1001, 1, PORT_AGENCIES + PORT_TLS); /* the first one died */
    assert_non_null(state_agencies(0, 1, 1001, 0, &agencies));
    announce(1001, 1, PORT_AGENCIES + PORT_TLS);
    assert_null(state_agencies(1, 1, 1001, 0, &agencies));
    assert_null(state_agencies(0, 50, 1050, 0, &agencies));
}

/* ---- 10,000 certificates and frames, against a model ----------------------------------------- */

#define URIS_MAX 6u

/* The model: a name is one of 255 texts, letter by letter; another one with that beginning spoils
 * all. */
static bool model_takes(char uris[][40], unsigned count, unsigned agency, bool *refused)
{
    bool takes = false, any = false;
    for (unsigned i = 0; i < count; i++) {
        unsigned named = 0;
        for (unsigned a = 1; a <= 255; a++) {
            char text[40];
            snprintf(text, sizeof text, "urn:sorteo:agency:%u", a);
            named = strcmp(text, uris[i]) == 0 ? a : named;
        }
        *refused |= named == 0 && strncmp(uris[i], "urn:sorteo:agency:", 18) == 0;
        any |= named != 0;
        takes |= named != 0 && named == agency;
    }
    *refused |= !any;
    return takes;
}

static void make_uri(char uri[40])
{
    static const char *const odd[] = { "urn:sorteo:agency:0",  "urn:sorteo:agency:256", "urn:sorteo:agency:7x",
                                       "urn:sorteo:agency:",   "urn:sorteo:agency:01",  "urn:other:agency:1",
                                       "https://one.example/", "URN:sorteo:agency:1" };
    if (rand() % 12 == 0)
        snprintf(uri, 40, "%s", odd[rand() % (int)(sizeof odd / sizeof *odd)]);
    else
        snprintf(uri, 40, "urn:sorteo:agency:%d", rand() % 4 == 0 ? 1 + rand() % 255 : 1 + rand() % AGENCIES);
}

static X509 *make_certificate(char uris[][40], unsigned count)
{
    X509 *certificate = X509_new();
    GENERAL_NAMES *names = sk_GENERAL_NAME_new_null();

    for (unsigned i = 0; i < count; i++) {
        GENERAL_NAME *name = GENERAL_NAME_new();
        ASN1_IA5STRING *uri = ASN1_IA5STRING_new();
        ASN1_STRING_set(uri, uris[i], -1);
        GENERAL_NAME_set0_value(name, GEN_URI, uri);
        sk_GENERAL_NAME_push(names, name);
    }
    if (count > 0)
        X509_add1_ext_i2d(certificate, NID_subject_alt_name, names, 0, X509V3_ADD_DEFAULT);
    sk_GENERAL_NAME_pop_free(names, GENERAL_NAME_free);
    return certificate;
}

/* In one transaction, as no test has time to sync each. */
static enum verdict judge_in_one(struct worker_connection *peer, enum frame_kind kind)
{
    struct judgement judgement;

    OK(judge.store, judge_frame(&judge, &peer->peer, kind, frame, frame_len, &judgement));
    assert_null(judgement.doubt);
    return judgement.ruling.verdict[OUTCOME_COMMITTED];
}

/* A frame of the agency over a connection with that certificate, on either port. */
static void expect_as_model(const struct byte_set *agencies, unsigned agency, bool takes, uint32_t turn)
{
    const uint8_t stream = turn % 2;
    const uint32_t name = turn % 900;
    struct worker_connection *peer;
    bool serves = agency >= 1 && agency <= AGENCIES;

    announce(1000 + turn, 0, (uint8_t)(stream + PORT_TLS));
    assert_null(state_agencies(0, name, 1000 + turn, stream, agencies));
    peer = worker_connection_find(&workers[0], name);
    if (!takes && turn % 3 == 0) { /* it would finish the agency for all others */
        make_finish(turn, (uint8_t)agency);
        assert_int_equal(judge_in_one(peer, FRAME_FINISH), VERDICT_CLOSE);
    } else {
        if (stream == 1)
            make_single(turn, (uint8_t)agency);
        else
            make_bets(turn, (uint8_t)agency, turn, 1, 1 + turn % 3);
        enum verdict verdict = judge_in_one(peer, stream == 1 ? FRAME_SINGLE : FRAME_BATCH);
        assert_int_equal(verdict, takes && serves ? VERDICT_STORED : VERDICT_REFUSED);
        assert_int_equal(peer->peer.agency, verdict == VERDICT_STORED ? agency : 0);
    }
    worker_connection_forget(&workers[0], peer);
}

static void pairs_in(struct fixture *fixture, enum sorteo_dialect dialect, uint32_t pairs)
{
    uint32_t good = 0;

    use_dialect(fixture, dialect);
    OK(judge.store, store_begin(judge.store));
    for (uint32_t turn = 1; turn <= pairs; turn++) {
        char uris[URIS_MAX][40];
        unsigned count = (unsigned)rand() % (URIS_MAX + 1), agency = (unsigned)rand() % (AGENCIES + 2);
        struct byte_set agencies = { { 0 } };
        bool refused = false;

        for (unsigned i = 0; i < count; i++)
            make_uri(uris[i]);
        bool takes = model_takes(uris, count, agency, &refused);
        X509 *certificate = make_certificate(uris, count);
        assert_int_equal(identity_agencies(certificate, &agencies) != NULL, refused);
        X509_free(certificate);
        if (refused)
            continue;
        good++;
        expect_as_model(&agencies, agency, takes, turn);
    }
    OK(judge.store, store_commit(judge.store));
    assert_true(good > pairs / 4);
}

static void pairs_of_certificate_and_frame_are_as_the_model_says_in_wide(void **state)
{
    srand(1);
    pairs_in(*state, SORTEO_WIDE, 2500);
}

static void pairs_of_certificate_and_frame_are_as_the_model_says_in_compact(void **state)
{
    srand(2);
    pairs_in(*state, SORTEO_COMPACT, 2500);
}

static void pairs_of_certificate_and_frame_are_as_the_model_says_in_grouped(void **state)
{
    srand(3);
    pairs_in(*state, SORTEO_GROUPED, 2500);
}

static void pairs_of_certificate_and_frame_are_as_the_model_says_in_keyed(void **state)
{
    srand(4);
    pairs_in(*state, SORTEO_KEYED, 2500);
}

static int begin_certified(void **state)
{
    certified = (struct certified){ .serves_tls = true, .announced = { .max = 1000 }, .line = { .fd = -1 } };
    if (begin(state) != 0)
        return -1;
    workers[1].name.slot = 1;
    return 0;
}

static int end_certified(void **state)
{
    announced_fini(&certified.announced);
    return end(state);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, begin_certified, end_certified)
    const struct CMUnitTest tests[] = {
        CASE(statement_about_an_announced_connection_is_believed_once),
        CASE(statement_about_another_workers_connection_is_doubted),
        CASE(statement_about_an_unknown_connection_is_doubted),
        CASE(statement_that_comes_after_the_news_of_the_end_is_believed),
        CASE(those_that_have_left_are_forgotten_first),
        CASE(statement_about_another_port_is_doubted),
        CASE(frame_without_a_statement_is_taken_from_plain_ports_alone),
        CASE(statement_after_a_frame_is_doubted),
        CASE(announced_connection_is_its_latest_workers),
        CASE(pairs_of_certificate_and_frame_are_as_the_model_says_in_wide),
        CASE(pairs_of_certificate_and_frame_are_as_the_model_says_in_compact),
        CASE(pairs_of_certificate_and_frame_are_as_the_model_says_in_grouped),
        CASE(pairs_of_certificate_and_frame_are_as_the_model_says_in_keyed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
