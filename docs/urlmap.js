// Copyright 2026 The MyThread authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Where the links to other libraries lead.
baseURLs = [
  ['GLib', 'https://docs.gtk.org/glib/'],
  ['GObject', 'https://docs.gtk.org/gobject/'],
  ['Gio', 'https://docs.gtk.org/gio/'],
]
