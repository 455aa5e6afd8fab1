/*
 * The subcommand `sorteo finish`: see finish_agency.c.
 */
#ifndef TOOL_FINISH_AGENCY_H
#define TOOL_FINISH_AGENCY_H

int finish_agency_main(int argc, char **argv);

#endif
