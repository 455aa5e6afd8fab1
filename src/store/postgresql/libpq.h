/*
 * libpq, which is loaded for a store in PostgreSQL alone: it brings Kerberos and LDAP.
 */
#ifndef STORE_POSTGRESQL_LIBPQ_H
#define STORE_POSTGRESQL_LIBPQ_H

#include <libpq-fe.h>

#include "base/late_library.h"

#define LIBPQ_FUNCTIONS(FUNCTION)                                                                                      \
    FUNCTION(PQclear)                                                                                                  \
    FUNCTION(PQcmdStatus)                                                                                              \
    FUNCTION(PQcmdTuples)                                                                                              \
    FUNCTION(PQconndefaults)                                                                                           \
    FUNCTION(PQconnectdbParams)                                                                                        \
    FUNCTION(PQconninfoFree)                                                                                           \
    FUNCTION(PQconninfoParse)                                                                                          \
    FUNCTION(PQconsumeInput)                                                                                           \
    FUNCTION(PQdb)                                                                                                     \
    FUNCTION(PQerrorMessage)                                                                                           \
    FUNCTION(PQexec)                                                                                                   \
    FUNCTION(PQexecParams)                                                                                             \
    FUNCTION(PQexecPrepared)                                                                                           \
    FUNCTION(PQfinish)                                                                                                 \
    FUNCTION(PQfreemem)                                                                                                \
    FUNCTION(PQgetResult)                                                                                              \
    FUNCTION(PQgetisnull)                                                                                              \
    FUNCTION(PQgetlength)                                                                                              \
    FUNCTION(PQgetvalue)                                                                                               \
    FUNCTION(PQhost)                                                                                                   \
    FUNCTION(PQnotifies)                                                                                               \
    FUNCTION(PQntuples)                                                                                                \
    FUNCTION(PQport)                                                                                                   \
    FUNCTION(PQputCopyData)                                                                                            \
    FUNCTION(PQputCopyEnd)                                                                                             \
    FUNCTION(PQresultErrorField)                                                                                       \
    FUNCTION(PQresultStatus)                                                                                           \
    FUNCTION(PQsetNoticeReceiver)                                                                                      \
    FUNCTION(PQstatus)                                                                                                 \
    FUNCTION(PQtransactionStatus)

struct libpq {
    LIBPQ_FUNCTIONS(LATE_LIBRARY_MEMBER)
};

extern struct libpq libpq;

/* See late_library_load(): NULL, or why none of these functions may be called. */
const char *libpq_load(void);

#define PQclear libpq.PQclear
#define PQcmdStatus libpq.PQcmdStatus
#define PQcmdTuples libpq.PQcmdTuples
#define PQconndefaults libpq.PQconndefaults
#define PQconnectdbParams libpq.PQconnectdbParams
#define PQconninfoFree libpq.PQconninfoFree
#define PQconninfoParse libpq.PQconninfoParse
#define PQconsumeInput libpq.PQconsumeInput
#define PQdb libpq.PQdb
#define PQerrorMessage libpq.PQerrorMessage
#define PQexec libpq.PQexec
#define PQexecParams libpq.PQexecParams
#define PQexecPrepared libpq.PQexecPrepared
#define PQfinish libpq.PQfinish
#define PQfreemem libpq.PQfreemem
#define PQgetResult libpq.PQgetResult
#define PQgetisnull libpq.PQgetisnull
#define PQgetlength libpq.PQgetlength
#define PQgetvalue libpq.PQgetvalue
#define PQhost libpq.PQhost
#define PQnotifies libpq.PQnotifies
#define PQntuples libpq.PQntuples
#define PQport libpq.PQport
#define PQputCopyData libpq.PQputCopyData
#define PQputCopyEnd libpq.PQputCopyEnd
#define PQresultErrorField libpq.PQresultErrorField
#define PQresultStatus libpq.PQresultStatus
#define PQsetNoticeReceiver libpq.PQsetNoticeReceiver
#define PQstatus libpq.PQstatus
#define PQtransactionStatus libpq.PQtransactionStatus

#endif
