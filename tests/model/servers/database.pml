/* What the store does by itself: sessions that were lost end, the primary is replaced, deadlocks are found. */

/* Where two sessions wait for each other, the store would end one of them; here it must not happen. */
#define IS_DEADLOCK (IS_BLOCKED_BY(0, 1) && IS_BLOCKED_BY(1, 0))

proctype database() {
end:
    do
    :: d_step { IS_DEADLOCK -> assert(0) }
#ifndef DROP_sessions_are_ended
    :: d_step { left_over[0] != NONE -> end_session(0) }
    :: d_step { left_over[1] != NONE -> end_session(1) }
#endif
    :: d_step { !calm && left_over[0] == MAY_COMMIT -> write_late(0) }
    :: d_step { !calm && left_over[1] == MAY_COMMIT -> write_late(1) }
#ifdef STANDBY
    :: d_step { !calm -> promote() }
#endif
    od
}
