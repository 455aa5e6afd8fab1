/*
 * sorteo backup: a copy of a store, while its server runs or not.
 */
#ifndef TOOL_BACKUP_H
#define TOOL_BACKUP_H

int backup_main(int argc, char **argv);

#endif
