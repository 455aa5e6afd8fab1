/*
 * For tests of the judge over a real store: what comes before the frame that is judged.
 */
#ifndef TESTS_JUDGE_FIXTURE_H
#define TESTS_JUDGE_FIXTURE_H

#include "unit/server/commit_fixture.h"

/* Round 1 is drawn, and agency 1's FINISH came on this connection. */
static inline struct worker_connection *come_to_drawn(void)
{
    struct worker_connection *peer = connection(0, 1);

    others_finish();
    assert_int_equal(finish_alone(peer, 1), VERDICT_DRAWN);
    return peer;
}

#define JUDGE_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

#endif
