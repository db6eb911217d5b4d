/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <errno.h>
#include <sys/mman.h>

#include "fault-run.h"

/* There is no memory: GLib ends the program, and says so; so does the library, for what is not GLib's. What the C library wants, it says itself that it
 * has not got. */

#define OF_GLIB "failed to allocate|Unexpected error from C library during 'malloc'"
#define OF_LIBRARY "No memory"

static const FaultRule rules[] = {
  { "malloc", FAULT_MALLOC, FAULT_BY_GLIB, FAULT_ONCE, 0, ENOMEM, OF_GLIB, NULL },
  { "calloc", FAULT_CALLOC, FAULT_BY_GLIB, FAULT_ONCE, 0, ENOMEM, OF_GLIB, NULL },
  { "realloc", FAULT_REALLOC, FAULT_BY_GLIB, FAULT_ONCE, 0, ENOMEM, OF_GLIB, NULL },
  { "posix_memalign", FAULT_POSIX_MEMALIGN, FAULT_BY_GLIB, FAULT_ONCE, ENOMEM, 0, OF_GLIB, NULL },
  { "mmap", FAULT_MMAP, FAULT_BY_LIBRARY, FAULT_ONCE, (long) MAP_FAILED, ENOMEM, OF_LIBRARY, NULL },
  { "munmap", FAULT_MUNMAP, FAULT_BY_LIBRARY, FAULT_ONCE, -1, ENOMEM, NULL, NULL },
};

int
main (int argc,
      char *argv[])
{
  fault_init (&argc, &argv, rules, G_N_ELEMENTS (rules));
  fault_add_sweeps ("/fault/memory", rules, G_N_ELEMENTS (rules));

  return g_test_run ();
}
