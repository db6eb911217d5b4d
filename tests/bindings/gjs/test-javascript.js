/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * JavaScript of one's own: what is called on its thread works, and what would be called on another is refused by GJS.
 */

import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import GObject from 'gi://GObject';
import MyThread from 'gi://MyThread?version=1.0';

import {equal, failure, ok, run} from './tap.js';

Gio._promisify(MyThread.Thread.prototype, 'join_async', 'join_finish');
Gio._promisify(MyThread.ThreadGroup.prototype, 'join_async', 'join_finish');
Gio._promisify(Gio.Subprocess.prototype, 'communicate_utf8_async');

/* The work of its threads is done by programs, which it waits for without blocking. */
const ProgramExecutor = GObject.registerClass({
    GTypeName: 'ProgramExecutor',
    Implements: [MyThread.Executor],
}, class ProgramExecutor extends GObject.Object {
    vfunc_execute(thread) {
        this._runProgram(thread).catch(logError);
        return true;
    }

    async _runProgram(thread) {
        const cancellable = thread.get_cancellable();
        let output = null;
        let error = null;

        thread.report_begin();
        try {
            const [words] = thread.get_args().deepUnpack();
            const program = Gio.Subprocess.new(words, Gio.SubprocessFlags.STDOUT_PIPE);
            const id = cancellable.connect(() => program.force_exit());

            [output] = await program.communicate_utf8_async(null, cancellable);
            cancellable.disconnect(id);
        } catch (caught) {
            // One that is not GLib's would not do: report_end() would throw, and the thread never end.
            error = caught instanceof GLib.Error
                ? caught
                : new GLib.Error(Gio.IOErrorEnum, Gio.IOErrorEnum.FAILED, `${caught}`);
        }
        thread.report_end(output, error);
    }
});

function programThread(properties, ...words) {
    return new MyThread.Thread({
        executor: new ProgramExecutor(),
        args: new GLib.Variant('(as)', [words]),
        ...properties,
    });
}

async function testExecutorInJavaScript() {
    const group = new MyThread.ThreadGroup({name: 'programs', keep_finished: true, max_running: 2});
    const words = ['one', 'two', 'three'];

    for (const word of words)
        programThread({group, name: word}, 'echo', word).start();
    ok(await group.join_async(null));
    equal(words.map(() => group.join_next(0).get_result()[1]).sort(), ['one\n', 'three\n', 'two\n']);
}

async function testExecutorFailure() {
    const thread = programThread({}, '/nonexistent/program');

    thread.start();
    ok(await failure(() => thread.join_async(null)));
    equal(thread.state, MyThread.ThreadState.FAILED);
}

async function testExecutorCancel() {
    const thread = programThread({}, 'sleep', '3600');

    thread.start();
    thread.cancel();
    ok((await failure(() => thread.join_async(null))).matches(Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED));
    equal(thread.state, MyThread.ThreadState.CANCELLED);
}

const Handler = GObject.registerClass({
    GTypeName: 'Handler',
}, class Handler extends MyThread.Thread {
    calls = [];

    vfunc_started() {
        this.calls.push('started');
    }

    vfunc_finished() {
        this.calls.push('finished');
    }
});

async function testClassHandlersInJavaScript() {
    const thread = new Handler();

    thread.start();
    await thread.join_async(null);
    equal(thread.calls, ['started', 'finished']);
}

const Chaining = GObject.registerClass({
    GTypeName: 'Chaining',
}, class Chaining extends MyThread.Thread {
    calls = [];

    vfunc_started() {
        super.vfunc_started();
        this.calls.push('started');
    }

    vfunc_finished() {
        super.vfunc_finished();
        this.calls.push('finished');
    }
});

async function testChainingUpInJavaScript() {
    const thread = new Chaining();

    thread.start();
    await thread.join_async(null);
    equal(thread.calls, ['started', 'finished']);
}

/* In a process of its own, for what GJS says on stderr. */
async function refused(code, expected, callback) {
    const program = Gio.Subprocess.new([
        'gjs', '-c', `
            imports.gi.versions.MyThread = '1.0';
            const {Counter, GLib, GObject, MyThread} = imports.gi;
            let wasCalled = false;
            let afterStart = () => {};
            ${code}
            thread.start();
            try {
                afterStart();
                thread.join();
                print(wasCalled, 'no error');
            } catch (error) {
                print(wasCalled, error.message);
            }`,
    ], Gio.SubprocessFlags.STDOUT_PIPE | Gio.SubprocessFlags.STDERR_PIPE);
    const [output, errors] = await program.communicate_utf8_async(null, null);

    // GJS 1.90 does not refuse any more: its engine ends the process before the function is called.
    if (program.get_if_signaled()) {
        equal(output, '');
        return;
    }
    equal(output, `false ${expected}\n`);
    ok(errors.includes('Attempting to run a JS callback on a different thread'));
    ok(errors.includes('it has been blocked'));
    ok(errors.includes(callback));
}

async function testFunctionIsRefused() {
    await refused(`
        const thread = MyThread.Thread.new('function', () => {
            wasCalled = true;
        });`, 'no error', 'ThreadFunc()');
}

async function testRunIsRefused() {
    await refused(`
        const Worker = GObject.registerClass(class Worker extends MyThread.Thread {
            vfunc_run() {
                wasCalled = true;
            }
        });
        const thread = new Worker();`, 'no error', 'run(), a vfunc');
}

async function testPushedFunctionIsRefused() {
    await refused(`
        const pool = new MyThread.ThreadPool({max_threads: 1});
        const thread = new Counter.Thread({executor: pool, to: 1});
        pool.push(() => {
            wasCalled = true;
        });
        afterStart = () => pool.shutdown(MyThread.ShutdownMode.DRAIN);`, 'no error', 'TaskFunc()');
}

/* The thread that ends starts the next one of its group. */
async function testExecutorIsRefusedOnAnotherThread() {
    await refused(`
        const Executor = GObject.registerClass({
            GTypeName: 'Executor',
            Implements: [MyThread.Executor],
        }, class Executor extends GObject.Object {
            vfunc_execute(thread) {
                wasCalled = true;
                return false;
            }
        });
        const group = new MyThread.ThreadGroup({max_running: 1});
        const first = new Counter.Thread({group, to: 1, waits: true});
        const thread = new MyThread.Thread({name: 'second', group, executor: new Executor()});
        first.start();
        // Cancelled while it runs, it ends on its own thread; before, it would here.
        while (first.status !== 'waiting')
            GLib.MainContext.default().iteration(true);
        afterStart = () => first.cancel();`,
    'The executor Executor refused thread "second" and did not say why', 'execute(), a vfunc');
}

/* emit() is GObject's. */
function testWhatIsSaid() {
    const Sayer = GObject.registerClass({
        Signals: {found: {param_types: [GObject.TYPE_INT]}},
    }, class Sayer extends MyThread.Thread {});
    const thread = new Sayer({name: 'sayer'});
    const log = [];

    thread.connect('found', (_thread, number) => log.push(number));
    thread.emit('found', 1);
    thread.emitv(GObject.signal_lookup('found', Sayer.$gtype), 0, [2]);
    thread.get_results().connect('items-changed', (_results, ...change) => log.push(change));
    thread.publish(new Gio.SimpleAction({name: 'published'}));
    ok(thread.call_owner(() => log.push('called')));
    thread.post(() => log.push('posted'));
    while (GLib.MainContext.default().iteration(false));
    equal(log, [1, 2, [0, 0, 1], 'called', 'posted']);
    equal(thread.results.get_item(0).name, 'published');
}

function testNextResult() {
    const thread = new MyThread.Thread({name: 'publisher'});

    thread.publish(new Gio.SimpleAction({name: 'published'}));
    thread.start();
    equal(thread.next_result(-1).name, 'published');
    equal(thread.next_result(-1), null);
}

run(
    testWhatIsSaid,
    testNextResult,
    testExecutorInJavaScript,
    testExecutorFailure,
    testExecutorCancel,
    testClassHandlersInJavaScript,
    testChainingUpInJavaScript,
    testFunctionIsRefused,
    testRunIsRefused,
    testPushedFunctionIsRefused,
    testExecutorIsRefusedOnAnotherThread
);
