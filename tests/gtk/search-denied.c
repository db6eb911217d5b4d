/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <glib.h>

/* In the place of the C library's: to the administrator, whom a test may run as, nothing else is denied. */
DIR *
opendir (const char *path)
{
  static DIR *(*real) (const char *);

  if (g_str_has_suffix (path, "/denied")) {
    errno = EACCES;
    return NULL;
  }
  if (!g_atomic_pointer_get (&real))
    g_atomic_pointer_set (&real, (DIR * (*) (const char *) ) dlsym (RTLD_NEXT, "opendir"));
  return ((DIR * (*) (const char *) ) g_atomic_pointer_get (&real)) (path);
}
