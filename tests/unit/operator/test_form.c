/*
 * What an operator's tool and the server say to each other: each field of a request and of a reply
 * is looked at, and nothing out of form passes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "operator/form.h"

#define FILE_FD 5 /* stands for a descriptor; nothing is done with it */

static int fd_for(enum operator_what what)
{
    return what == OPERATOR_FINISH ? -1 : FILE_FD;
}

static struct operator_request good(enum operator_what what)
{
    return operator_request_of(what, what == OPERATOR_COPY ? 0 : 7);
}

static void assert_refused(const struct operator_request *request, int fd, const char *reason)
{
    const char *doubt = operator_request_doubt(request, fd);

    if (doubt == NULL || strstr(doubt, reason) == NULL)
        fail_msg("wanted \"%s\", got \"%s\"", reason, doubt == NULL ? "nothing" : doubt);
}

static void request_that_is_one_passes(void **state)
{
    (void)state;
    for (enum operator_what what = OPERATOR_COPY; what <= OPERATOR_FINISH; what++) {
        struct operator_request request = good(what);

        assert_null(operator_request_doubt(&request, fd_for(what)));
        memset(request.user, 'u', sizeof request.user - 1);
        memset(request.host, 'h', sizeof request.host - 1);
        assert_null(operator_request_doubt(&request, fd_for(what)));
    }
}

static void request_of_another_version_is_refused(void **state)
{
    (void)state;
    for (uint32_t version = 0; version < 5; version++) {
        struct operator_request request = good(OPERATOR_COPY);

        request.version = version;
        if (version != OPERATOR_VERSION)
            assert_refused(&request, FILE_FD, "another version");
    }
    for (unsigned bit = 0; bit < 32; bit++) {
        struct operator_request request = good(OPERATOR_COPY);

        request.magic ^= UINT32_C(1) << bit;
        assert_refused(&request, FILE_FD, "bytes that no sorteo sends");
    }
}

static void request_that_there_is_not_is_refused(void **state)
{
    (void)state;
    for (unsigned what = 0; what < 256; what++) {
        struct operator_request request = good(OPERATOR_COPY);

        request.what = (uint8_t)what;
        if (what < OPERATOR_COPY || what > OPERATOR_FINISH)
            assert_refused(&request, FILE_FD, "an unknown request");
    }
}

static void request_with_an_agency_too_many_or_too_few_is_refused(void **state)
{
    (void)state;
    for (enum operator_what what = OPERATOR_COPY; what <= OPERATOR_FINISH; what++) {
        struct operator_request request = good(what);

        request.agency = what == OPERATOR_COPY ? 255 : 0;
        assert_refused(&request, fd_for(what), "with an agency where none may be");
    }
}

static void request_with_a_descriptor_too_many_or_too_few_is_refused(void **state)
{
    (void)state;
    for (enum operator_what what = OPERATOR_COPY; what <= OPERATOR_FINISH; what++) {
        struct operator_request request = good(what);

        assert_refused(&request, what == OPERATOR_FINISH ? FILE_FD : -1, "with a descriptor where none may be");
    }
}

static void request_out_of_form_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(((struct operator_request *)0)->reserved); i++) {
        struct operator_request request = good(OPERATOR_FINISH);

        request.reserved[i] = 1;
        assert_refused(&request, -1, "out of form");
    }
    struct operator_request no_user_end = good(OPERATOR_FINISH), no_host_end = good(OPERATOR_FINISH);
    memset(no_user_end.user, 'u', sizeof no_user_end.user);
    assert_refused(&no_user_end, -1, "out of form");
    memset(no_host_end.host, 'h', sizeof no_host_end.host);
    assert_refused(&no_host_end, -1, "out of form");
}

static void reply_that_is_one_passes(void **state)
{
    (void)state;
    for (enum operator_kind kind = OPERATOR_PROGRESS; kind <= OPERATOR_UNKNOWN; kind++) {
        struct operator_reply reply = operator_reply_of(kind);

        assert_null(operator_reply_doubt(&reply));
        memset(reply.text, 't', sizeof reply.text - 1);
        assert_null(operator_reply_doubt(&reply));
    }
}

static void reply_out_of_form_is_refused(void **state)
{
    struct operator_reply reply = operator_reply_of(OPERATOR_DONE);

    (void)state;
    memset(reply.text, 't', sizeof reply.text);
    assert_non_null(operator_reply_doubt(&reply));
    reply = operator_reply_of((enum operator_kind)0);
    assert_non_null(operator_reply_doubt(&reply));
    reply = operator_reply_of((enum operator_kind)(OPERATOR_UNKNOWN + 1));
    assert_non_null(operator_reply_doubt(&reply));
    reply = operator_reply_of(OPERATOR_DONE);
    reply.version++;
    assert_non_null(strstr(operator_reply_doubt(&reply), "another version"));
    reply = operator_reply_of(OPERATOR_DONE);
    reply.magic++;
    assert_non_null(operator_reply_doubt(&reply));
}

static void every_request_has_a_name(void **state)
{
    (void)state;
    assert_string_equal(operator_what_name(OPERATOR_COPY), "copy");
    assert_string_equal(operator_what_name(OPERATOR_COUNT), "count");
    assert_string_equal(operator_what_name(OPERATOR_FINISH), "finish");
    assert_string_equal(operator_what_name(0), "unknown");
    assert_string_equal(operator_what_name(OPERATOR_FINISH + 1), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(request_that_is_one_passes),
        cmocka_unit_test(request_of_another_version_is_refused),
        cmocka_unit_test(request_that_there_is_not_is_refused),
        cmocka_unit_test(request_with_an_agency_too_many_or_too_few_is_refused),
        cmocka_unit_test(request_with_a_descriptor_too_many_or_too_few_is_refused),
        cmocka_unit_test(request_out_of_form_is_refused),
        cmocka_unit_test(reply_that_is_one_passes),
        cmocka_unit_test(reply_out_of_form_is_refused),
        cmocka_unit_test(every_request_has_a_name),
    };
    return cmocka_run_group_tests_name("operator_form", tests, NULL, NULL);
}
