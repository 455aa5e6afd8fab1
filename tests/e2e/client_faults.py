#!/usr/bin/env python3
"""Shows that the client's end-to-end tests can fail: as faults.py, with faults in the client.

usage: client_faults.py [NAME-PART ...]
"""

import sys

import faults

# The name of the fault, the file, the text, what takes its place, and the tests of which one at least turns red.
FAULTS = (
    # Files
    ("byte_order_mark_is_part_of_the_name", "bets_file/csv_input.c", "input->used = sizeof mark;", "input->used = 0;",
     "file_with_bom_is_stored"),
    ("file_that_changes_is_not_noticed", "bets_file/csv_input.c", "if (input->regular && !is_as_opened(input))", "if (0)",
     "file_cut_short"),
    ("file_is_not_checked_first", "client/main.c",
     "if (client->reader == NULL || !csv_reader_is_regular(client->reader))", "if (1)", "file_with_a_bad_row_50000"),
    ("number_may_be_65536", "bets_file/csv_reader.c", "FIELD_NUMBER, UINT16_MAX", "FIELD_NUMBER, UINT32_MAX",
     "file_with_number_65536"),
    ("document_may_be_4294967296", "bets_file/csv_reader.c", "FIELD_DOCUMENT, UINT32_MAX", "FIELD_DOCUMENT, UINT64_MAX",
     "file_with_document_4294967296"),
    ("row_may_have_six_fields", "bets_file/csv_reader.c", "if (split->fields != CSV_FIELDS)", "if (split->fields < CSV_FIELDS)",
     "file_with_too_many_fields"),
    ("lines_are_not_counted", "bets_file/csv_split.c", "split->line++;", "(void)0;", "file_with_one_field"),
    ("blanks_are_skipped", "bets_file/csv_split.c", "csv_set_space_func(&split->parser, is_blank_to_skip);", "",
     "names_with_quotes_commas"),
    ("batch_that_is_too_large_is_made_smaller", "bets_file/batcher.c",
     "return exact ? batch_too_large(batcher, frame) : BATCH_FRAME;", "return BATCH_FRAME;", "batch_of_a_given_size"),
    # Conversation
    ("refused_batch_is_passed_over", "client/sender.c", "if (refused)\n        return SENDER_REFUSED;", "",
     "server_that_refuses_a_batch_stops"),
    ("doubt_is_passed_over", "client/sender.c", "unanswered == 0 || sender->settings->repeats ? SENDER_DONE : SENDER_DOUBT",
     "SENDER_DONE", "leaves_exactly_its_rows_in_doubt"),
    ("keyed_frames_are_not_repeated", "client/main.c", "settings->resend || client_has_keys(client)", "settings->resend",
     "keyed_client_sends_the_same_frame"),
    ("wide_frames_are_repeated_unasked", "client/main.c", "settings->resend || client_has_keys(client)", "true",
     "leaves_exactly_its_rows_in_doubt"),
    ("window_is_always_1", "client/sender.c", "sender->part == 0 && sender->count < sender->settings->window",
     "sender->part == 0 && sender->count < 1", "window_of_16_sends_16"),
    ("window_is_one_too_large", "client/settings.c", "settings->window = (size_t)given->window;",
     "settings->window = (size_t)given->window + 1;", "window_of_16_sends_16"),
    ("per_frame_is_keep", "client/main.c", ".per_frame = settings->per_frame,", ".per_frame = false,",
     "client_per_frame_uses"),
    ("connection_without_an_answer_is_followed_at_once", "client/upstream.c",
     "if (link->answers == 0)\n        (void)backoff_next(&link->backoff);", "", "server_that_closes_before_it_was_sent"),
    ("connection_with_an_answer_is_followed_after_a_pause", "client/upstream.c",
     "if (link->answers == 0)\n        (void)backoff_next(&link->backoff);", "(void)backoff_next(&link->backoff);", "server_that_closes_after_every_answer"),
    ("retry_for_is_forgotten", "client/upstream.c", "if (link->without_ms >= link->settings.retry_ms)",
     "if (link->without_ms >= 60000)", "server_that_is_not_there_is_tried_once"),
    ("singles_are_followed_by_finish", "client/main.c", "if (!is_single(client))", "if (1)", "singles_are_sent_to"),
    ("receipt_is_not_sent", "client/finish_round.c", "if (send_receipt(finish) == UPSTREAM_OK)", "if (1)",
     "client_keeps_one_connection"),
    ("halves_of_winners_are_mixed", "client/finish_round.c", "winners->count = 0;", "", "finish_without_winners"),
    ("finish_is_repeated_where_that_does_harm", "client/main.c", ".ask_once = may_be_untold(client),", ".ask_once = false,",
     "winners_256_in_compact_fail"),
    # Ends
    ("doubt_exits_1", "client/main.c", "STATUS_DOUBT = 3", "STATUS_DOUBT = 1", "leaves_exactly_its_rows_in_doubt"),
    ("stop_at_the_barrier_exits_0", "client/finish_round.c", "outcome == UPSTREAM_STOPPED ? FINISH_STOPPED : FINISH_FAILED",
     "outcome == UPSTREAM_STOPPED ? FINISH_DONE : FINISH_FAILED", "at_the_barrier"),
    ("stop_does_not_wait_for_what_is_owed", "client/sender.c", "settle(&sender, outcome == SENDER_STOPPED);", "",
     "before_a_late_answer"),
    ("temporary_file_stays", "client/winners_file.c", "(void)unlink(file->temporary);", "(void)0;", "while_winners_come"),
    # Standard descriptors, terminal, environment
    ("descriptors_are_not_held", "client/main.c", "if (!fd_hold_standard())", "if (0)", "without_standard_descriptors"),
    ("log_is_mixed_with_winners", "client/main.c", "winners_on_stdout ? STDERR_FILENO : STDOUT_FILENO", "STDOUT_FILENO",
     "winners_go_to_standard_output"),
    ("progress_bar_is_shown_in_a_pipe", "client/progress.c", "progress->enabled = isatty(STDERR_FILENO) &&",
     "progress->enabled =", "progress_bar_is_not_shown"),
    ("progress_bar_stays", "client/progress.c", "if (progress->shown)\n        (void)write_all",
     "if (0)\n        (void)write_all", "progress_bar_is_shown"),
    ("environment_names_another_variable", "client/settings.c", ".environment = \"CLI_SERVER_ADDRESS\"",
     ".environment = \"CLI_SERVER\"", "environment_gives_defaults"),
    ("port_0_is_tried", "client/settings.c", "if (options_number(port, 0, 0, &any_port))", "if (0)", "server_port_0"),
)

if __name__ == "__main__":
    sys.exit(faults.main(FAULTS, "client"))
