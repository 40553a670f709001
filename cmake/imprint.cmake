# SPDX-License-Identifier: GPL-2.0-only
# The project's own CMake words: one function for each kind of thing.
include(GNUInstallDirs)
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

set(IMPRINT_WARNINGS -Wall -Wextra -Werror -Wshadow -Wno-missing-field-initializers
    $<$<C_COMPILER_ID:GNU>:-Wno-format-truncation>) # sentences are cut on purpose

# Imported targets for every library that the project uses.
function(imprint_libraries)
    pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET GLOBAL libsodium)
    pkg_check_modules(NETTLE REQUIRED IMPORTED_TARGET GLOBAL nettle)
    pkg_check_modules(HOGWEED REQUIRED IMPORTED_TARGET GLOBAL hogweed)
    pkg_check_modules(GNUTLS REQUIRED IMPORTED_TARGET GLOBAL gnutls)
    pkg_check_modules(CBOR REQUIRED IMPORTED_TARGET GLOBAL libcbor)
    pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET GLOBAL jansson)
    pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET GLOBAL sqlite3)
    pkg_check_modules(LUA REQUIRED IMPORTED_TARGET GLOBAL lua5.4)
    if(IMPRINT_TESTS)
        pkg_check_modules(CRITERION REQUIRED IMPORTED_TARGET GLOBAL criterion)
    endif()
endfunction()

# imprint_library(NAME SOURCES... [LINK ...]): a static library with our warnings, headers found
# from the root of the tree and from their own folder.
function(imprint_library name)
    cmake_parse_arguments(A "" "" "SOURCES;LINK" ${ARGN})
    add_library(${name} STATIC ${A_SOURCES})
    target_include_directories(${name} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>
        $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/imprint>)
    target_compile_options(${name} PRIVATE ${IMPRINT_WARNINGS})
    target_link_libraries(${name} PUBLIC ${A_LINK})
endfunction()

# imprint_protocol(NAME SYMBOL SOURCES ... [LINK ...]): registers the mechanism whose descriptor is
# the constant SYMBOL.
function(imprint_protocol name symbol)
    cmake_parse_arguments(A "" "" "SOURCES;LINK" ${ARGN})
    imprint_library(imprint-${name} SOURCES ${A_SOURCES} LINK imprint-contract ${A_LINK})
    set_property(GLOBAL APPEND PROPERTY IMPRINT_PROTOCOLS "${name} ${symbol}")
endfunction()

# Writes the registry from the calls above. Last in protocols/.
function(imprint_registry)
    get_property(entries GLOBAL PROPERTY IMPRINT_PROTOCOLS)
    list(SORT entries)
    set(externs "")
    set(rows "")
    set(libraries "")
    foreach(entry ${entries})
        string(REPLACE " " ";" parts ${entry}) # a blank sorts before any letter of a name
        list(GET parts 0 name)
        list(GET parts 1 symbol)
        string(APPEND externs "extern const struct imp_mechanism ${symbol};\n")
        string(APPEND rows "    &${symbol},\n")
        list(APPEND libraries imprint-${name})
    endforeach()
    file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/registry.c @ONLY CONTENT
"/* Generated from the calls of imprint_protocol(). */
#include \"protocols/contract/mechanism.h\"

@externs@
const struct imp_mechanism *const imp_mechanisms[] = {
@rows@    NULL,
};
")
    imprint_library(imprint-protocols SOURCES ${CMAKE_CURRENT_BINARY_DIR}/registry.c
                    LINK ${libraries} imprint-contract)
    # The contract's look-up by name needs the registry, which stands before it on the link line.
    target_link_options(imprint-protocols INTERFACE LINKER:--undefined=imp_mechanisms)
endfunction()

# The sanitizers' build leaves out the tests that would go the same ways through the program as others
# do, or that go through other programs for the most part (browser, gnuplot, Slurm, manual pages).
set(IMPRINT_SANITIZED OFF)
if(CMAKE_C_FLAGS MATCHES "sanitize")
    set(IMPRINT_SANITIZED ON)
endif()

# imprint_test(NAME SOURCES ... [LINK ...] [LABELS ...] [ARGUMENTS ...]): a Criterion program, run
# whole by ctest through tests/support/run-criterion, which fails on no test run and on any
# sanitizer log.
function(imprint_test name)
    cmake_parse_arguments(A "" "TIMEOUT" "SOURCES;LINK;LABELS" ${ARGN})
    if(NOT IMPRINT_TESTS)
        return()
    endif()
    add_executable(test-${name} ${A_SOURCES})
    target_include_directories(test-${name} PRIVATE ${PROJECT_SOURCE_DIR})
    target_compile_options(test-${name} PRIVATE ${IMPRINT_WARNINGS})
    target_compile_definitions(test-${name} PRIVATE
        IMPRINT_SOURCE_DIR="${PROJECT_SOURCE_DIR}" IMPRINT_BINARY_DIR="${PROJECT_BINARY_DIR}")
    target_link_libraries(test-${name} PRIVATE ${A_LINK} PkgConfig::CRITERION)
    add_test(NAME ${name} COMMAND ${PROJECT_SOURCE_DIR}/tests/support/run-criterion
             $<TARGET_FILE:test-${name}>)
    if(NOT A_LABELS)
        set(A_LABELS unit)
    endif()
    if(NOT A_TIMEOUT)
        set(A_TIMEOUT 900)
    endif()
    set_tests_properties(${name} PROPERTIES LABELS "${A_LABELS}" TIMEOUT ${A_TIMEOUT})
endfunction()

# imprint_fuzz(NAME SOURCE [LINK ...]): tests/fuzz/NAME.c defines LLVMFuzzerTestOneInput. Always a
# replay of tests/fuzz/corpus/NAME under ctest; with IMPRINT_FUZZ also the libFuzzer program.
function(imprint_fuzz name source)
    cmake_parse_arguments(A "" "" "LINK" ${ARGN})
    add_executable(replay-${name} ${source} ${PROJECT_SOURCE_DIR}/tests/fuzz/replay.c)
    target_include_directories(replay-${name} PRIVATE ${PROJECT_SOURCE_DIR})
    target_compile_options(replay-${name} PRIVATE ${IMPRINT_WARNINGS})
    target_link_libraries(replay-${name} PRIVATE ${A_LINK})
    add_test(NAME fuzz-${name} COMMAND replay-${name} ${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${name})
    set_tests_properties(fuzz-${name} PROPERTIES LABELS fuzz-smoke TIMEOUT 600)
    if(IMPRINT_FUZZ)
        add_executable(fuzz-${name} ${source})
        target_include_directories(fuzz-${name} PRIVATE ${PROJECT_SOURCE_DIR})
        target_compile_options(fuzz-${name} PRIVATE -fsanitize=fuzzer)
        target_link_options(fuzz-${name} PRIVATE -fsanitize=fuzzer)
        target_link_libraries(fuzz-${name} PRIVATE ${A_LINK})
    endif()
endfunction()
