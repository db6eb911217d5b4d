/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A thread that computes the SHA-256 of some files. It shows a subclass that can
 * be cancelled at any time and says how far it is; what it does not do is as
 * telling: it takes no lock, and knows nothing of who looks on.
 */

#include "checksum-batch.h"

#include "checksum-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER_SIZE (128 * 1024)

/* Opening a file takes about as long as reading so many bytes. */
#define OPEN_COST 4096

struct _ChecksumBatch {
  MyThread parent_instance;

  GPtrArray *files; /* of ChecksumFile; from begin to before end they are its own */
  guint begin;
  guint end;
  goffset size;

  /* What run() works with. */
  GChecksum *checksum;
  guint8 *buffer;
  goffset done;
};

G_DEFINE_FINAL_TYPE (ChecksumBatch, checksum_batch, MY_TYPE_THREAD)

static void
checksum_batch_advance (ChecksumBatch *self,
                        goffset cost)
{
  goffset total = self->size + (goffset) (self->end - self->begin) * OPEN_COST;

  /* A file may have grown since it was found. */
  self->done = MIN (self->done + cost, total);
  my_thread_set_progress (MY_THREAD (self), (double) self->done / (double) total);
}

/* Opens it only if it is (still) a regular file: without O_NONBLOCK, what has
 * become a FIFO would make open() wait for a writer. -1: the file says why. */
static int
checksum_batch_open (ChecksumFile *file)
{
  int fd = open (file->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW | O_NONBLOCK);
  struct stat status;

  if (fd < 0) {
    if (errno == ELOOP || errno == ENXIO) {
      file->state = CHECKSUM_FILE_SKIPPED; /* a link, a socket */
    } else {
      checksum_file_fail (file, errno);
    }
    return -1;
  }
  if (fstat (fd, &status) != 0) {
    checksum_file_fail (file, errno);
  } else if (!S_ISREG (status.st_mode)) {
    file->state = CHECKSUM_FILE_SKIPPED;
  } else {
    return fd;
  }
  close (fd);
  return -1;
}

static void
checksum_batch_read (ChecksumBatch *self,
                     ChecksumFile *file,
                     int fd)
{
  g_checksum_reset (self->checksum);
  while (!my_thread_is_cancelled (MY_THREAD (self))) {
    gssize n_read = read (fd, self->buffer, BUFFER_SIZE);

    if (n_read < 0 && errno == EINTR)
      continue;
    if (n_read < 0) {
      checksum_file_fail (file, errno);
      return;
    }
    if (n_read == 0) {
      file->sum = g_strdup (g_checksum_get_string (self->checksum));
      file->state = CHECKSUM_FILE_DONE;
      return;
    }
    g_checksum_update (self->checksum, self->buffer, n_read);
    file->n_read += n_read;
    checksum_batch_advance (self, n_read);
  }
}

static void
checksum_batch_do_file (ChecksumBatch *self,
                        ChecksumFile *file)
{
  g_autofree char *status = g_filename_display_basename (file->path);
  int fd;

  my_thread_set_status (MY_THREAD (self), status);
  fd = checksum_batch_open (file);
  if (fd >= 0) {
    checksum_batch_read (self, file, fd);
    close (fd);
  }
}

static void
checksum_batch_run (MyThread *thread,
                    GError **error)
{
  ChecksumBatch *self = CHECKSUM_BATCH (thread);

  self->checksum = g_checksum_new (G_CHECKSUM_SHA256);
  self->buffer = g_malloc (BUFFER_SIZE);

  for (guint i = self->begin; i < self->end; i++) {
    ChecksumFile *file = g_ptr_array_index (self->files, i);

    /* What the walk could not read is in the list too, with its error. */
    if (file->state == CHECKSUM_FILE_PENDING)
      checksum_batch_do_file (self, file);
    if (my_thread_set_error_if_cancelled (thread, error))
      break;
    checksum_batch_advance (self, OPEN_COST);
  }

  g_clear_pointer (&self->checksum, g_checksum_free);
  g_clear_pointer (&self->buffer, g_free);
}

static void
checksum_batch_finalize (GObject *object)
{
  ChecksumBatch *self = CHECKSUM_BATCH (object);

  g_ptr_array_unref (self->files);

  G_OBJECT_CLASS (checksum_batch_parent_class)->finalize (object);
}

static void
checksum_batch_class_init (ChecksumBatchClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = checksum_batch_finalize;
  MY_THREAD_CLASS (klass)->run = checksum_batch_run;
}

static void
checksum_batch_init (ChecksumBatch *self)
{
}

/* @files: (element-type ChecksumFile): must not change until it has finished */
ChecksumBatch *
checksum_batch_new (MyThreadGroup *group,
                    const char *name,
                    GPtrArray *files,
                    guint begin,
                    guint end)
{
  ChecksumBatch *self = g_object_new (CHECKSUM_TYPE_BATCH, "name", name, "group", group, NULL);

  self->files = g_ptr_array_ref (files);
  self->begin = begin;
  self->end = end;
  for (guint i = begin; i < end; i++) {
    ChecksumFile *file = g_ptr_array_index (files, i);

    self->size += file->size;
  }
  return self;
}

/* The place of its first file in the array. */
guint
checksum_batch_get_begin (ChecksumBatch *self)
{
  return self->begin;
}

/* The place after that of its last file. */
guint
checksum_batch_get_end (ChecksumBatch *self)
{
  return self->end;
}

/* In bytes, as the walk found it. */
goffset
checksum_batch_get_size (ChecksumBatch *self)
{
  return self->size;
}
