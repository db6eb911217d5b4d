/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * side-du-qt: what side-du does, with QtConcurrent.
 */

#include <QtConcurrent>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <sys/stat.h>

static std::atomic_bool has_failed;

static qint64
measure (const char *path)
{
  struct stat status;
  qint64 size = 0;

  try {
    const auto add = [&] (const std::filesystem::path &file) {
      if (lstat (file.c_str (), &status) != 0)
        throw std::filesystem::filesystem_error ("lstat", file, std::error_code (errno, std::generic_category ()));
      size += status.st_blocks * 512;
    };

    add (path);
    for (const auto &entry : std::filesystem::recursive_directory_iterator (path)) {
      if (has_failed)
        break;
      add (entry.path ());
    }
  } catch (const std::exception &error) {
    if (!has_failed.exchange (true))
      std::fprintf (stderr, "du: %s\n", error.what ());
  }
  return size;
}

int
main (int argc, char **argv)
{
  const QList<const char *> paths (argv + 1, argv + argc);
  const QList<qint64> sizes = QtConcurrent::blockingMapped (paths, measure);

  for (int i = 0; i < paths.size () && !has_failed; i++)
    std::printf ("%lld\t%s\n", sizes[i], paths[i]);
  return has_failed;
}
