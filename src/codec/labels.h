/*
 * What people call the fields of a BET: the one place where a field has a name that is not the
 * grammar's. Each has a line:
 *
 *     #define BET_LABEL_name "label", "VARIABLE", "form"
 *
 * label: in messages, and where a row of CSV is described. VARIABLE: which holds it in the client's
 * environment. form: which the text must have, or NULL.
 */
#ifndef CODEC_LABELS_H
#define CODEC_LABELS_H

#define BET_LABEL_name "first name", "NOMBRE", NULL
#define BET_LABEL_surname "last name", "APELLIDO", NULL
#define BET_LABEL_document "document", "DOCUMENTO", NULL
#define BET_LABEL_birthdate "birth date", "NACIMIENTO", "YYYY-MM-DD"
#define BET_LABEL_number "number", "NUMERO", NULL

#endif
