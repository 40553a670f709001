# SPDX-License-Identifier: GPL-2.0-only
# What other projects build on: the protocol library with the headers of the contract and of the
# building blocks, as the CMake package `imprint` and as imprint.pc. Nothing of sim/ belongs to it.
include(CMakePackageConfigHelpers)

# The packages that the protocol library links, as pkg-config calls them.
set(IMPRINT_EXPORT_REQUIRES libsodium hogweed nettle gnutls jansson)

# The static libraries defined in a folder and below it.
function(imprint_libraries_below folder out)
    get_property(targets DIRECTORY ${folder} PROPERTY BUILDSYSTEM_TARGETS)
    get_property(folders DIRECTORY ${folder} PROPERTY SUBDIRECTORIES)
    set(found "")
    foreach(target ${targets})
        get_target_property(type ${target} TYPE)
        if(type STREQUAL STATIC_LIBRARY)
            list(APPEND found ${target})
        endif()
    endforeach()
    foreach(below ${folders})
        imprint_libraries_below(${below} more)
        list(APPEND found ${more})
    endforeach()
    set(${out} ${found} PARENT_SCOPE)
endfunction()

# imprint_export(FOLDER HEADERS folder...): installs every library below FOLDER as imprint::NAME and
# the headers of the folders given. Last in protocols/.
function(imprint_export folder)
    cmake_parse_arguments(A "" "" "HEADERS" ${ARGN})
    set(package ${CMAKE_INSTALL_LIBDIR}/cmake/imprint)
    imprint_libraries_below(${folder} libraries)
    list(SORT libraries)
    set(IMPRINT_PC_LIBS "")
    foreach(library ${libraries})
        string(REGEX REPLACE "^imprint-" "" name ${library})
        set_target_properties(${library} PROPERTIES EXPORT_NAME ${name})
        string(APPEND IMPRINT_PC_LIBS " -l${library}")
    endforeach()
    install(TARGETS ${libraries} EXPORT imprint-targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
    install(EXPORT imprint-targets NAMESPACE imprint:: DESTINATION ${package})
    foreach(headers ${A_HEADERS})
        install(DIRECTORY ${folder}/${headers}
                DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/imprint/protocols
                FILES_MATCHING PATTERN "*.h" PATTERN "*_internal.h" EXCLUDE)
    endforeach()

    configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/imprint-config.cmake.in
        ${PROJECT_BINARY_DIR}/imprint-config.cmake INSTALL_DESTINATION ${package}
        NO_SET_AND_CHECK_MACRO)
    write_basic_package_version_file(${PROJECT_BINARY_DIR}/imprint-config-version.cmake
                                     COMPATIBILITY SameMinorVersion)
    install(FILES ${PROJECT_BINARY_DIR}/imprint-config.cmake
                  ${PROJECT_BINARY_DIR}/imprint-config-version.cmake DESTINATION ${package})

    set(pc ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
    file(RELATIVE_PATH IMPRINT_PC_PREFIX ${CMAKE_INSTALL_PREFIX}/${pc} ${CMAKE_INSTALL_PREFIX})
    list(JOIN IMPRINT_EXPORT_REQUIRES " " IMPRINT_PC_REQUIRES)
    configure_file(${PROJECT_SOURCE_DIR}/cmake/imprint.pc.in ${PROJECT_BINARY_DIR}/imprint.pc @ONLY)
    install(FILES ${PROJECT_BINARY_DIR}/imprint.pc DESTINATION ${pc})
endfunction()
