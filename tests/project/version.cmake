# SPDX-License-Identifier: GPL-2.0-only
# cmake -DSOURCE=... -DVERSION=... -P version.cmake: the files that cite the project give its version.
file(READ ${SOURCE}/codemeta.json text)
string(JSON codemeta GET "${text}" version)
file(STRINGS ${SOURCE}/CITATION.cff citation REGEX "^version: ")
if(NOT codemeta STREQUAL VERSION)
    message(FATAL_ERROR "codemeta.json says version ${codemeta}; expected ${VERSION}")
endif()
if(NOT citation STREQUAL "version: ${VERSION}")
    message(FATAL_ERROR "CITATION.cff says '${citation}'; expected version ${VERSION}")
endif()
