# SPDX-License-Identifier: GPL-2.0-only
# cmake -DSOURCE=... -DOUTPUT=... -P commit.cmake: writes a header with the commit and whether files
# differ from it; the file is touched only when that changes. Works without git.
set(commit "unknown")
set(dirty 0)
find_program(GIT git)
if(GIT AND EXISTS ${SOURCE}/.git)
    execute_process(COMMAND ${GIT} -C ${SOURCE} rev-parse HEAD OUTPUT_VARIABLE head
                    OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE status ERROR_QUIET)
    if(status EQUAL 0)
        set(commit ${head})
        execute_process(COMMAND ${GIT} -C ${SOURCE} status --porcelain --untracked-files=no
                        OUTPUT_VARIABLE changes RESULT_VARIABLE status ERROR_QUIET)
        if(NOT status EQUAL 0 OR NOT changes STREQUAL "")
            set(dirty 1)
        endif()
    endif()
endif()
set(text "#define IMPRINT_COMMIT \"${commit}\"\n#define IMPRINT_DIRTY ${dirty}\n")
set(had "")
if(EXISTS ${OUTPUT})
    file(READ ${OUTPUT} had)
endif()
if(NOT had STREQUAL text)
    file(WRITE ${OUTPUT} "${text}")
endif()
