"""Whether a field may be every day of the calendar and nothing else: only then a date that it refuses is none.

The days are those of Python's own calendar, 0001-01-01 to 9999-12-31, and not the grammar's. Knows nothing of Ragel.
"""
import datetime

# What is said of a date where BIRTHDATE is not the calendar: it may be a day.
OTHER_TEXT = "not a date that the grammar's rule BIRTHDATE takes"

LEAP, COMMON, YEAR_LEN, DATE_LEN = "2000", "2001", 4, 10


def beginnings_of_days():
    """All beginnings of the days of a leap year and of another one, themselves too."""
    found, day = set(), datetime.date(int(LEAP), 1, 1)
    while str(day.year) in (LEAP, COMMON):
        found.update(str(day)[:count] for count in range(YEAR_LEN, DATE_LEN + 1))
        day += datetime.timedelta(days=1)
    return found


BEGINNINGS = beginnings_of_days()


def same(word):
    """A beginning after which the same may follow: of two years, of which one is a leap year."""
    if len(word) < YEAR_LEN:
        return word
    year = int(word[:YEAR_LEN])
    is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return (LEAP if is_leap else COMMON) + word[YEAR_LEN:]


def may_follow(word):
    """The bytes that make it the beginning of a day."""
    if len(word) < YEAR_LEN:
        return {ord(digit) for digit in "0123456789" if word + digit != "0000"}
    return {ord(byte) for byte in "0123456789-" if word + byte in BEGINNINGS}


def is_calendar(start, finals, follows):
    """follows(state) is {byte: next state}."""
    first = (start, "")
    seen, ahead = {first}, [first]
    while ahead:
        state, word = ahead.pop()
        after = follows(state)
        if after.keys() != may_follow(word) or (state in finals) != (len(word) == DATE_LEN):
            return False
        for byte, target in after.items():
            pair = (target, same(word + chr(byte)))
            if pair not in seen:
                seen.add(pair)
                ahead.append(pair)
    return True
