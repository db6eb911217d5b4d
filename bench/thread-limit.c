/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "thread-limit.h"

#include <string.h>
#include <sys/resource.h>

/* A stack is two mappings: its pages and its guard. */
#define MAPPINGS_PER_THREAD 2

static guint64
read_limit (const char *path)
{
  g_autofree char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL) || g_str_has_prefix (text, "max")) {
    return G_MAXUINT64;
  }

  return g_ascii_strtoull (text, NULL, 10);
}

/* The folder of this process below @root: "0::/path" in version 2, "8:pids:/path" in version 1. */
static guint64
read_cgroup_limit (const char *line)
{
  const char *folder;

  if (g_str_has_prefix (line, "0::/")) {
    g_autofree char *path = g_build_filename ("/sys/fs/cgroup", line + strlen ("0::/"), "pids.max", NULL);

    return read_limit (path);
  }

  folder = strstr (line, ":pids:/");
  if (folder) {
    g_autofree char *path = g_build_filename ("/sys/fs/cgroup/pids", folder + strlen (":pids:/"), "pids.max", NULL);

    return read_limit (path);
  }

  return G_MAXUINT64;
}

static guint64
cgroup_limit (void)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  guint64 limit = G_MAXUINT64;

  if (!g_file_get_contents ("/proc/self/cgroup", &text, NULL, NULL)) {
    return limit;
  }

  lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line; line++) {
    limit = MIN (limit, read_cgroup_limit (*line));
  }

  return limit;
}

static guint64
process_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NPROC, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
    return G_MAXUINT64;
  }

  return limit.rlim_cur;
}

guint64
thread_limit (char **reason)
{
  const struct {
    const char *name;
    guint64 limit;
  } limits[] = {
    { "RLIMIT_NPROC", process_limit () },
    { "kernel.threads-max", read_limit ("/proc/sys/kernel/threads-max") },
    { "kernel.pid_max", read_limit ("/proc/sys/kernel/pid_max") },
    { "vm.max_map_count / 2", read_limit ("/proc/sys/vm/max_map_count") / MAPPINGS_PER_THREAD },
    { "pids.max of the cgroup", cgroup_limit () },
  };
  guint lowest = 0;

  for (guint i = 1; i < G_N_ELEMENTS (limits); i++) {
    if (limits[i].limit < limits[lowest].limit) {
      lowest = i;
    }
  }
  *reason = g_strdup_printf ("%s allows %" G_GUINT64_FORMAT " threads", limits[lowest].name, limits[lowest].limit);

  return limits[lowest].limit;
}
