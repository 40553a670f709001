/* SPDX-License-Identifier: GPL-2.0-only */
#include "coap.h"

#define CASE_TYPE(id, value, text)                                                                 \
    case value:                                                                                    \
        return text;
#define CASE_CODE(id, class, detail, text)                                                         \
    case IMP_COAP_CODE(class, detail):                                                             \
        return text;
#define CASE_OPTION(id, number, text, repeat, min, max)                                            \
    case number:                                                                                   \
        return text;

const char *imp_coap_type_name(unsigned type)
{
    switch (type) {
        IMP_COAP_TYPES(CASE_TYPE)
    default:
        return NULL;
    }
}

const char *imp_coap_code_name(unsigned code)
{
    switch (code) {
        IMP_COAP_CODES(CASE_CODE)
    default:
        return NULL;
    }
}

const char *imp_coap_option_name(unsigned number)
{
    switch (number) {
        IMP_COAP_OPTIONS(CASE_OPTION)
    default:
        return NULL;
    }
}

const char *imp_coap_error_text(int error)
{
    switch (error) {
        IMP_COAP_ERRORS(CASE_TYPE)
    default:
        return "no error";
    }
}
