/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * from-qthread-before: a QThread that waits until it is asked to stop.
 */

#include <QCoreApplication>
#include <QThread>
#include <QTimer>
#include <cstdio>

class Worker : public QThread
{
protected:
  void
  run () override
  {
    while (!isInterruptionRequested ())
      msleep (10);
  }
};

int
main (int argc, char **argv)
{
  QCoreApplication app (argc, argv);
  Worker worker;

  QObject::connect (&worker, &QThread::started, &app, [&] {
    std::puts ("started");
    QTimer::singleShot (50, &app, [&worker] { worker.requestInterruption (); });
  });
  QObject::connect (&worker, &QThread::finished, &app, [] {
    std::puts ("finished");
    QCoreApplication::quit ();
  });

  worker.start ();
  app.exec ();
  worker.wait ();
  return 0;
}
