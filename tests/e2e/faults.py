#!/usr/bin/env python3
"""Shows that the end-to-end tests can fail: plants one fault after the other in a copy of the server, and expects red.

usage: faults.py [NAME-PART ...]

A fault is a piece of text that stands exactly once in a file of the server, and what takes its place. A text that is
no longer there is a failure too: the fault must be planted anew. Prints TAP.
"""

import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))

# The name of the fault, the file, the text, what takes its place, and the tests of which one at least turns red.
FAULTS = (
    # Rounds
    ("agency_1_is_not_waited_for", "lottery/rounds.c",
     "for (unsigned agency = 1; agency <= rounds->agencies; agency++)\n        if (rounds->agency[agency].phase != ",
     "for (unsigned agency = 2; agency <= rounds->agencies; agency++)\n        if (rounds->agency[agency].phase != ",
     "draw_waits_for_the_last_agency"),
    ("batch_opens_a_round_before_the_winners_were_written", "lottery/rounds.c",
     "state->announced && use == KEY_BATCH", "use == KEY_BATCH", "bets_are_refused_and_open_when_drawn_before"),
    ("batch_never_stands_for_a_receipt", "lottery/rounds.c",
     "state->announced && use == KEY_BATCH", "state->announced && use == KEY_FINISH", "batch_stands_for_a_lost_receipt"),
    ("single_stands_for_a_receipt", "lottery/rounds.c",
     "state->announced && use == KEY_BATCH", "state->announced && use != KEY_FINISH",
     "single_is_refused_and_open_when_drawn_after"),
    ("finish_closes_an_empty_round_anywhere", "lottery/rounds.c", "new_key || has_receipt", "new_key || has_receipt || 1",
     "finish_after_the_receipt_on_another_connection"),
    ("receipt_of_the_connection_is_forgotten", "lottery/rounds.c", "new_key || has_receipt", "new_key || 0",
     "finish_after_the_receipt_on_its_connection"),
    ("too_many_winners_do_not_let_a_round_be_empty", "lottery/rounds.c",
     "open_next(&rounds->agency[agency], true)", "open_next(&rounds->agency[agency], false)",
     "finish_after_too_many_winners_closes_the_next_round_without_bets"),
    ("new_key_closes_a_round_before_the_winners_were_written", "lottery/rounds.c",
     "state->announced && new_key", "new_key", "finish_with_a_new_key_when_drawn_before"),
    ("receipt_counts_for_a_round_that_has_ended", "lottery/rounds.c",
     "return state->phase == AGENCY_DRAWN && state->round == round;",
     "return state->phase == AGENCY_DRAWN && state->round >= round;", "finish_whose_key_is_known"),
    ("winners_are_never_announced", "lottery/rounds.c", "state->announced = true;", "state->announced = false;",
     "winners_half_written"),
    ("rounds_count_as_collected_too_early", "server/supervisor/supervisor.c", ">= server->settings->rounds)",
     "+ 1 >= server->settings->rounds)", "server_stops_by_itself"),
    # Who may say what
    ("any_agency_is_served", "lottery/judge.c", "if (!rounds_serves(&judge->rounds, agency))\n        return \"an",
     "if (0)\n        return \"an", "batch_is_refused_and_open_with_an_agency"),
    ("finish_of_any_agency_is_served", "lottery/judge.c",
     "if (!rounds_serves(&judge->rounds, agency))\n        return close_peer", "if (agency > 254)\n        return close_peer",
     "finish_of_an_agency_that_there_is_not"),
    ("two_agencies_may_share_a_batch", "lottery/judge.c", "if (request->bets[i].agency != agency)", "if (0)",
     "batch_is_refused_and_open_with_two_agencies"),
    ("connection_may_change_its_agency", "lottery/judge.c", "return peer->agency != 0 && peer->agency != agency;",
     "return peer->agency > 255;", "another_agency_than_the_connections"),
    ("finish_behind_a_refused_batch_counts", "lottery/judge.c", "if (peer->refused)", "if (0)",
     "finish_behind_a_refused_batch"),
    ("older_connection_goes_on", "lottery/speakers.c", "speaker->accepted_ns < newest->accepted_ns", "0",
     "frame_on_an_older_connection"),
    ("older_connection_stays_open", "lottery/speakers.c", "bool replaces = newest->accepted_ns != 0 &&",
     "bool replaces = newest->accepted_ns == 1 &&", "older_connection_of_the_agency"),
    ("ports_share_their_speakers", "lottery/speakers.c", "&speakers->newest[port][agency];\n    return",
     "&speakers->newest[0][agency];\n    return", "connections_of_the_two_ports"),
    # Keys
    ("other_bytes_pass_as_a_repeat", "lottery/judge.c", "memcmp(digest, record->digest, sizeof digest) != 0", "0",
     "other_bytes_under_a_known_key"),
    ("key_of_bets_may_finish", "lottery/judge.c", "known == STORE_OK && record.use != KEY_FINISH", "0",
     "finish_with_the_key_of_bets"),
    ("key_of_a_finish_is_forgotten", "lottery/judge.c",
     "if (judge->has_keys && store_key_put(judge->store, agency, key, &record) != STORE_OK)", "if (0)",
     "finish_whose_key_is_known"),
    ("repeat_is_stored_again", "lottery/judge.c", "if (known == STORE_OK)\n            return judge_known_bets",
     "if (known > STORE_NONE)\n            return judge_known_bets", "batch_repeated_while_open"),
    # Winners
    ("greatest_count_of_winners_is_too_many", "lottery/judge.c", "> sorteo_winners_max", ">= sorteo_winners_max",
     "agency_gets_255_winners_compact"),
    ("winners_come_in_another_order", "store/sqlite/draw.c", "PARTITION BY agency ORDER BY id", "PARTITION BY agency ORDER BY document",
     "winners_come_in_the_order"),
    ("draw_is_logged_twice", "server/committer/commit_cycle.c", "    event_log_draw(draw, ",
     "    event_log_draw(draw, 3);\n    event_log_draw(draw, ",
     "draw_is_logged_once fifty_rounds"),
    ("complete_round_stays_undrawn", "server/committer/store_recovery.c", "== STORE_OK && draw_if_due(recovery))", "== STORE_OK)",
     "store_that_is_opened_with_a_complete"),
    # Closing
    ("malformed_frame_gets_no_answer", "server/worker/session.c", "session->refuse_at_end = !session->receipt_due;",
     "session->refuse_at_end = false;", "batch_is_refused_and_closed_with_bad_utf8"),
    ("wrong_receipt_gets_an_answer", "server/worker/session.c", "session->refuse_at_end = !session->receipt_due;",
     "session->refuse_at_end = true;", "wrong_receipt_is_closed"),
    ("byte_before_winners_is_kept_for_later", "server/worker/session.c",
     "session->phase <= SESSION_TELLING && session->in.len > 0", "session->phase <= SESSION_TELLING && session->in.len > 9",
     "receipt_before_winners second_finish_before_winners"),
    ("closed_connection_is_not_drained", "server/worker/session.c",
     "session->phase = SESSION_DRAINING;\n    session->drain_since", "session->phase = SESSION_OVER;\n    session->drain_since",
     "refusal_arrives_although"),
    ("closed_connection_is_drained_for_ever", "server/worker/session.h", "#define SESSION_DRAIN_BYTES 65536u",
     "#define SESSION_DRAIN_BYTES 65536000u", "closed_connection_is_gone_after_64_kb"),
    ("closed_connection_is_drained_too_long", "server/worker/session.h", "#define SESSION_DRAIN_MS 2000u",
     "#define SESSION_DRAIN_MS 20000u", "closed_connection_is_gone_after_two_seconds"),
    ("unsent_answers_have_no_limit", "server/worker/session.h", "#define SESSION_UNSENT_MAX 64u",
     "#define SESSION_UNSENT_MAX 2000000000u", "unsent_answers_stop"),
    # Deadlines
    ("first_byte_may_take_for_ever", "server/worker/session_clock.c", "at(session->quiet_since, rules->first_byte_ms)",
     "UINT64_MAX", "connection_without_a_first_byte"),
    ("frame_may_take_for_ever", "server/worker/session_clock.c", "at(session->frame_since, rules->frame_ms)", "UINT64_MAX",
     "frame_that_drips"),
    ("frame_may_take_long_if_bytes_come", "server/worker/session_clock.c",
     "session->in.len > 0 && session->frame_since == 0", "session->in.len > 0", "frame_that_drips"),
    ("idle_connection_may_stay", "server/worker/session_clock.c", "at(session->quiet_since, rules->idle_ms)", "UINT64_MAX",
     "connection_that_is_idle receipt_that_does_not_come"),
    ("reader_may_stop_reading", "server/worker/session_clock.c", "at(session->send_since, session->rules->send_ms)", "UINT64_MAX",
     "reader_that_stops_reading_its_winners_is_closed"),
    ("waiting_agency_is_late", "server/worker/session_clock.c", "session->phase != SESSION_TALKING || session->ended ||",
     "session->phase > SESSION_WAITING ||", "agency_that_waits"),
    ("clock_runs_while_the_server_does_not_read", "server/worker/session_clock.c", "|| session->paused_since != 0)\n", "|| 0)\n",
     "unsent_answers_stop"),
    # The store
    ("nothing_is_committed", "server/committer/commit_group.c", "enum store_code code = store_commit(store);",
     "enum store_code code = store_rollback(store);", "open_agency_stores"),
    ("store_of_other_agencies_is_taken", "store/sqlite/open.c", "wanted == 0 || wanted == store->agencies",
     "wanted == 0 || wanted != 99", "start_is_refused_with_other_agencies"),
    ("unknown_schema_is_taken", "store/sqlite/schema.c", "if (version != SCHEMA_VERSION)", "if (version < SCHEMA_VERSION)",
     "start_is_refused_with_a_store_of_an_unknown_schema"),
    ("failed_commit_is_answered_0", "server/committer/commit_group.c", "if (code == STORE_UNKNOWN) {",
     "if (code != STORE_OK)\n            return GROUP_COMMITTED;\n        if (code == STORE_UNKNOWN) {",
     "batch_whose_commit_fails store_without_room"),
    # Processes
    ("signal_is_an_error", "server/supervisor/supervisor.c", "server->phase = WORKERS_LEAVE;", "server->phase = WORKERS_LEAVE;\n    server->status = 1;",
     "sigterm_stops_an_idle_server"),
    ("worker_is_not_replaced", "server/supervisor/supervisor.c", "return server->phase == RUNNING;",
     "return server->phase == RUNNING && !server->announced;", "worker_that_is_killed_is_replaced"),
    ("deaths_are_not_counted", "server/supervisor/supervisor.c", "unwanted && count_death(server)", "0 && count_death(server)",
     "server_gives_up"),
    ("port_stays_taken", "server/supervisor/listener.c", "setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);", "(void)on;",
     "port_can_be_used_again"),
    ("batch_is_logged_under_another_name", "server/committer/event_log.c", "LOG_INFO, \"apuesta_recibida\"", "LOG_INFO, \"apuestas\"",
     "batch_is_logged"),
)


class Tree:
    """A copy of the sources, with a build of its own."""

    def __init__(self, folder, suite):
        self.folder = folder
        self.suite = suite
        shutil.copytree(ROOT, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("build", ".git"))

    def make(self):
        """Builds the programs that the tests run; what the compiler says if it fails."""
        result = subprocess.run(["make", "-j2", "BUILD=build", "CFLAGS=-O1 -w -Wno-error", "build/sorteo-server",
                                 "build/sorteo-client", "build/sorteo"], cwd=self.folder, capture_output=True,
                                text=True, check=False)
        return "" if result.returncode == 0 else result.stdout[-500:] + result.stderr[-1500:]

    def is_red(self, tests):
        """Do these tests fail with what is built?"""
        result = subprocess.run([os.path.join(HERE, "run.py"), "--suite", self.suite, *tests.split()],
                                capture_output=True, text=True,
                                env={**os.environ, "BUILD": os.path.join(self.folder, "build")}, check=False)
        return result.returncode == 1 and "not ok" in result.stdout

    def plant(self, path, text, replacement, tests):
        """Why this fault stays unseen, or None if the tests see it."""
        path = os.path.join(self.folder, "src", path)
        with open(path, encoding="utf-8") as file:
            original = file.read()
        if original.count(text) != 1:
            return f"its text stands {original.count(text)} times in {os.path.basename(path)}"
        try:
            write(path, original.replace(text, replacement))
            failure = self.make()
            if failure:
                return "it does not compile: " + failure
            return None if self.is_red(tests) else f"these tests stay green: {tests}"
        finally:
            write(path, original)


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def main(faults=FAULTS, suite="server"):
    chosen = [fault for fault in faults if not sys.argv[1:] or any(part in fault[0] for part in sys.argv[1:])]
    print(f"1..{len(chosen)}")
    failed = 0
    with tempfile.TemporaryDirectory(prefix="sorteo-faults-") as folder:
        tree = Tree(folder, suite)
        unbuilt = tree.make()
        if unbuilt:
            print(f"Bail out! the unchanged sources do not compile: {unbuilt}")
            return 1
        for number, (name, *fault) in enumerate(chosen, 1):
            reason = tree.plant(*fault)
            failed += reason is not None
            print(f"{'ok' if reason is None else 'not ok'} {number} - {name}_is_seen", flush=True)
            if reason:
                print("\n".join("# " + line for line in reason.splitlines()), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
