/*
 * Text that comes from outside (file names, what a store or a server says), made fit for a
 * terminal: nothing in it moves a cursor, changes a colour or the direction of writing, or ends a
 * line.
 */
#ifndef BASE_PRINTABLE_H
#define BASE_PRINTABLE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

/* Copies text (out may be text itself), cut to cap - 1 bytes between characters. Control
 * characters (C0, DEL, and C1 as UTF-8), those that end a line or change the direction of writing
 * (U+2028, U+202E …), and bytes that are not well-formed UTF-8 become '?'. Returns out. */
const char *printable(char *out, size_t cap, const char *text);

/* If text, of len well-formed bytes and at least one, begins with a character that ends a line or
 * changes the direction of writing (U+061C, U+2028, U+202E …): its length in bytes; else 0. */
size_t layout_mark_len(const char *text, size_t len);

/* Writes what the format makes, in the same way, and one end of a line; cut at 4,095 bytes. */
void printable_line(FILE *file, const char *format, ...) __attribute__((format(printf, 2, 3)));
void printable_vline(FILE *file, const char *format, va_list values) __attribute__((format(printf, 2, 0)));

#endif
