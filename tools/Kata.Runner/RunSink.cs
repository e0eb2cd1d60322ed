using Kata.Runner.Protocol;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Kata.Runner;

/// <summary>Turns xunit's messages into reports to the tool.</summary>
/// <param name="nonce">The secret of the run.</param>
/// <param name="reports">Where they go. That a test starts is sent before it can end the process.</param>
/// <param name="afterTest">Called when a test, named here, is over.</param>
internal sealed class RunSink(string nonce, Reports reports, Action<string> afterTest) : Xunit.LongLivedMarshalByRefObject, IMessageSink
{
    /// <summary>A message is read by a person: more of it than this is noise.</summary>
    private const int LongestText = 16 * 1024;

    private readonly List<string> errors = [];

    /// <summary>Errors outside a test, each a line.</summary>
    public IReadOnlyList<string> Errors => errors;

    /// <summary>Reports what discovery found.</summary>
    public void Report(IEnumerable<IXunitTestCase> cases) =>
        reports.Send(new TestsDiscovered(nonce, [.. cases.Select(found => new DiscoveredCase(found.UniqueID, Method(found), found is XunitTheoryTestCase))]));

    /// <inheritdoc />
    public bool OnMessage(IMessageSinkMessage message)
    {
        switch (message)
        {
            case ITestStarting starting:
                reports.Send(new TestStarted(nonce, starting.TestCase.UniqueID, Method(starting.TestCase), Cut(starting.Test.DisplayName)!));
                break;
            case ITestPassed passed:
                End(passed, EndedAs.Passed, null, null, null);
                break;
            case ITestSkipped skipped:
                End(skipped, EndedAs.Skipped, skipped.Reason, null, null);
                break;
            case ITestFailed failed:
                var (text, type) = Describe(failed);
                End(failed, EndedAs.Failed, text, type, failed.StackTraces.FirstOrDefault());
                break;
            case ITestFinished finished:
                afterTest(finished.Test.DisplayName);
                break;
            case ITestAssemblyFinished:
                reports.SendHeld();
                break;
            case IFailureInformation failure:
                var (problem, kind) = Describe(failure);
                errors.Add($"{kind}: {problem}");
                break;
        }

        return true;
    }

    private static string Method(ITestCase testCase) => $"{testCase.TestMethod.TestClass.Class.Name}.{testCase.TestMethod.Method.Name}";

    private static string? Cut(string? text) => text is { Length: > LongestText } ? text[..LongestText] + " …" : text;

    /// <summary>A type initializer only wraps what went wrong: the cause is what helps.</summary>
    private static (string? Message, string? Type) Describe(IFailureInformation failure)
    {
        var cause = Array.FindIndex(failure.ExceptionTypes, type => type != typeof(TypeInitializationException).FullName);
        var index = Math.Max(cause, 0);
        return index < failure.Messages.Length
            ? (Cut(failure.Messages[index]), failure.ExceptionTypes[index])
            : ("xunit gave no reason.", null);
    }

    private void End(ITestResultMessage result, EndedAs outcome, string? message, string? exception, string? stackTrace) =>
        reports.Hold(new TestEnded(
            nonce,
            result.TestCase.UniqueID,
            Method(result.TestCase),
            Cut(result.Test.DisplayName)!,
            outcome,
            message,
            exception,
            Cut(stackTrace),
            (double)result.ExecutionTime * 1000));
}
