// Runs the NUnit tests of one assembly: NUnitRunner.exe TESTS.dll [REGEX]. The regular expression chooses tests by full name.
// Prints what does not pass, then "N passed, N failed, N skipped"; exits with 1 when anything failed.

using System;
using System.Collections.Generic;
using System.IO;
using System.Reflection;
using System.Security;
using NUnit.Framework.Api;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

sealed class NUnitRunner : ITestListener
{
    // NUnit takes the place of Console.Out while tests run.
    readonly TextWriter _out = Console.Out;
    int _passed, _failed, _skipped;

    static void Main(string[] args)
    {
        var runner = new NUnitTestAssemblyRunner(new DefaultTestAssemblyBuilder());
        // Zero workers: tests run on this thread, one after the other.
        var settings = new Dictionary<string, object> { ["NumberOfTestWorkers"] = 0 };
        var tests = runner.Load(Assembly.LoadFrom(Path.GetFullPath(args[0])), settings);
        var listener = new NUnitRunner();
        if (tests.RunState == RunState.NotRunnable)
            listener.Fail("NotRunnable", tests.FullName, tests.Properties.Get(PropertyNames.SkipReason));
        else
            runner.Run(listener, args.Length < 2 ? TestFilter.Empty : Matching(args[1]));
        listener._out.WriteLine
          ($"{listener._passed} passed, {listener._failed} failed, {listener._skipped} skipped");
        listener._out.Flush();
        // A thread that a test has left behind must not keep the process alive.
        Environment.Exit(listener._failed == 0 ? 0 : 1);
    }

    static TestFilter Matching(string pattern)
      => TestFilter.FromXml($"<filter><test re='1'>{SecurityElement.Escape(pattern)}</test></filter>");

    void ITestListener.TestFinished(ITestResult result)
    {
        var failed = result.ResultState.Status == TestStatus.Failed;
        if (result.Test.IsSuite)
        {
            // Failures of a test, or of a suite's set-up, are reported with the tests themselves. Those of a tear-down are not.
            if (failed && result.ResultState.Site == FailureSite.TearDown)
                Fail("TearDown", result.FullName, result.Message, result.StackTrace);
            return;
        }
        if (failed)
            Fail(result.ResultState.ToString(), result.FullName, result.Message, result.StackTrace, result.Output);
        else if (result.ResultState.Status == TestStatus.Passed)
        {
            _passed++;
            if (result.Output.Length > 0) Print(result.FullName, result.Output);
        }
        else
        {
            _skipped++;
            Print($"{result.ResultState}: {result.FullName}", result.Message);
        }
    }

    void Fail(string what, string name, params object[] details)
    {
        _failed++;
        Print($"{what}: {name}", details);
    }

    void Print(string title, params object[] details)
    {
        _out.WriteLine(title);
        foreach (var detail in details)
            if (detail is string { Length: > 0 } text) _out.WriteLine("  " + text.Trim().Replace("\n", "\n  "));
    }

    void ITestListener.TestStarted(ITest test) {}
    void ITestListener.TestOutput(TestOutput output) {}
    void ITestListener.SendMessage(TestMessage message) {}
}
