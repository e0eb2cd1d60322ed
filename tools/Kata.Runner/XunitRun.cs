using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Kata.Runner;

/// <summary>xunit's own discovery and xunit's own runner over an assembly, one test after the other.</summary>
internal static class XunitRun
{
    /// <summary>Discovers every test of an assembly.</summary>
    public static IReadOnlyList<IXunitTestCase> Discover(Assembly tests)
    {
        var options = new Options();
        options.SetValue("xunit.discovery.PreEnumerateTheories", false);
        var sink = new DiscoverySink();
        using var discoverer = new XunitTestFrameworkDiscoverer(Reflector.Wrap(tests), new NoSourceInformation(), sink);
        discoverer.Find(includeSourceInformation: false, sink, options);
        return sink.WaitForCases();
    }

    /// <summary>Runs tests; each message is delivered before xunit goes on.</summary>
    public static void Execute(Assembly tests, IReadOnlyList<IXunitTestCase> cases, RunSink sink)
    {
        var options = new Options();
        options.SetValue("xunit.execution.DisableParallelization", true);
        sink.Report(cases);
        using var runner = new Runner(new TestAssembly(Reflector.Wrap(tests)), cases, sink, options);
        runner.RunAsync().GetAwaiter().GetResult();
    }

    /// <summary>xunit's default bus delivers later, on another thread: a test that ends the process could not be named.</summary>
    private sealed class Runner(ITestAssembly assembly, IEnumerable<IXunitTestCase> cases, RunSink sink, Options options)
        : XunitTestAssemblyRunner(assembly, cases, sink, sink, options)
    {
        protected override IMessageBus CreateMessageBus() => new ImmediateBus(ExecutionMessageSink);
    }

    private sealed class ImmediateBus(IMessageSink sink) : IMessageBus
    {
        public bool QueueMessage(IMessageSinkMessage message) => sink.OnMessage(message);

        public void Dispose()
        {
        }
    }

    private sealed class Options : ITestFrameworkDiscoveryOptions, ITestFrameworkExecutionOptions
    {
        private readonly Dictionary<string, object?> values = [];

        public TValue GetValue<TValue>(string name) => values.TryGetValue(name, out var value) ? (TValue)value! : default!;

        public void SetValue<TValue>(string name, TValue value) => values[name] = value;
    }

    private sealed class NoSourceInformation : Xunit.LongLivedMarshalByRefObject, ISourceInformationProvider
    {
        public ISourceInformation GetSourceInformation(ITestCase testCase) => new SourceInformation();

        public void Dispose()
        {
        }
    }
}
