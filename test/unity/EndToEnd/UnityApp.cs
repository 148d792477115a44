using System;
using System.Diagnostics;
using System.Threading;
using NUnit.Framework;

namespace LoraBridge.EndToEnd
{
    // .NET has one domain only; there these tests are not run, and say so.
#pragma warning disable SYSLIB0024

    /// <summary>An editor in an AppDomain of its own, as Unity has it: a domain reload is that domain unloaded and another one loaded.</summary>
    sealed class UnityApp : IDisposable
    {
        // Long, because machines are slow at times: no test passes by it.
        static readonly TimeSpan Timeout = TimeSpan.FromMinutes(4);

        readonly EditorSetup _setup;
        AppDomain _domain;
        EditorProgram _program;
        int _loads;

        /// <summary>Opens an editor.</summary>
        public UnityApp(EditorSetup setup)
        {
            _setup = setup;
            if (Type.GetType("Mono.Runtime") == null) Assert.Ignore("not run: domains can be unloaded on Mono only");
            Load();
        }

        /// <summary>The program inside.</summary>
        public EditorProgram Program => _program;

        /// <summary>Scripts are compiled: the domain goes, the session's state stays.</summary>
        public void Reload()
        {
            _setup.Session = _program.Reload();
            Unload();
            Load();
        }

        /// <summary>The process is killed: no event is raised, and the session's state is lost.</summary>
        public void KillAndRestart()
        {
            _setup.Session.Clear();
            Unload();
            Load();
        }

        /// <summary>
        /// The worst moment to be interrupted: a shot is in the outbox, and the cursor does not stand behind it yet. It comes about while
        /// the main thread is busy with something else.
        /// </summary>
        public void LeaveAShotUncounted()
        {
            Thread.Sleep(300);
            // Passes the shot that has been rendered in the meantime to the thread that encodes and stores it.
            _program.Tick();
            Thread.Sleep(300);
        }

        /// <summary>Runs the editor's loop until something is so.</summary>
        public void Until(Func<EditorView, bool> condition, string what, UnityApp other = null)
        {
            var clock = Stopwatch.StartNew();
            while (!condition(_program.Look()))
            {
                _program.Tick();
                other?._program.Tick();
                if (clock.Elapsed > Timeout) Assert.Fail($"Timed out waiting until {what}. {_program.Describe()}");
                Thread.Sleep(5);
            }
        }

        void Load()
        {
            _domain = AppDomain.CreateDomain($"editor {++_loads}");
            _program = (EditorProgram)_domain.CreateInstanceFromAndUnwrap(typeof(EditorProgram).Assembly.Location, typeof(EditorProgram).FullName);
            _program.Open(_setup);
        }

        void Unload()
        {
            AppDomain.Unload(_domain);
            _domain = null;
            _program = null;
        }

        public void Dispose()
        {
            if (_domain == null) return;
            _program.Quit();
            Unload();
        }
    }
}
