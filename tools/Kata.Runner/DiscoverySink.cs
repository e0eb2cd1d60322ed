using Xunit.Abstractions;
using Xunit.Sdk;

namespace Kata.Runner;

/// <summary>Collects what xunit discovers.</summary>
internal sealed class DiscoverySink : Xunit.LongLivedMarshalByRefObject, IMessageSink
{
    private readonly List<IXunitTestCase> cases = [];
    private readonly ManualResetEventSlim complete = new();

    /// <summary>Waits until discovery is over.</summary>
    public IReadOnlyList<IXunitTestCase> WaitForCases()
    {
        complete.Wait();
        return cases;
    }

    /// <inheritdoc />
    public bool OnMessage(IMessageSinkMessage message)
    {
        switch (message)
        {
            case ITestCaseDiscoveryMessage discovery:
                cases.Add((IXunitTestCase)discovery.TestCase);
                break;
            case IDiscoveryCompleteMessage:
                complete.Set();
                break;
        }

        return true;
    }
}
