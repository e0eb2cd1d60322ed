using System.ComponentModel;
using System.Diagnostics;
using System.IO.Pipes;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Kata.Runner.Protocol;

namespace Kata.Engine.Run;

/// <summary>A child process that runs tests, one request after the other. Whatever is odd about a run ends it.</summary>
internal sealed class ChildProcess : IDisposable
{
    /// <summary>How long a child may take until it is warm, on a machine that is busy.</summary>
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    /// <summary>How long to wait for the last words of a process that has ended.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);

    /// <summary>A child that starts while another's pipe ends are open would inherit those, too.</summary>
    private static readonly Lock Starting = new();

    private readonly Process process;
    private readonly Stream requests;
    private readonly Stream events;
    private readonly Channel<RunEvent> incoming = Channel.CreateUnbounded<RunEvent>(
        // An event is taken by the thread that has read it: waking another for each would keep a processor from the child.
        new UnboundedChannelOptions { SingleReader = true, SingleWriter = true, AllowSynchronousContinuations = true });
    private readonly OutputDrain output;
    private readonly OutputDrain errors;
    private int killed;

    private ChildProcess(Process process, Stream requests, Stream events)
    {
        this.process = process;
        this.requests = requests;
        this.events = events;
        output = new OutputDrain(process.StandardOutput.BaseStream);
        errors = new OutputDrain(process.StandardError.BaseStream);
        new Thread(ReadEvents) { IsBackground = true, Name = "events" }.Start();
    }

    /// <summary>How many runs this child has had.</summary>
    public int Runs { get; private set; }

    /// <summary>The key of the tests that it has.</summary>
    public string? TestsKey { get; private set; }

    /// <summary>Whether the process is gone.</summary>
    public bool HasEnded => process.HasExited;

    /// <summary>Starts a child and waits until it is warm.</summary>
    public static async Task<ChildProcess> StartAsync(ChildSettings settings, CancellationToken cancellation)
    {
        var child = Start(settings);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(StartLimit);
        try
        {
            if (await child.incoming.Reader.ReadAsync(limit.Token).ConfigureAwait(false) is ChildReady)
            {
                await LeaveEventsThread();
                return child;
            }
        }
        catch (Exception exception) when (exception is ChannelClosedException or InvalidDataException
            || (exception is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            await child.errors.Ended.WaitAsync(LastWords).ContinueWith(ended => ended.IsCompleted, TaskScheduler.Default).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            child.Dispose();
            throw;
        }

        var reason = child.errors.Text.Trim();
        child.Dispose();
        throw new KataException(Texts.ChildDidNotStart.With(reason));
    }

    /// <summary>Gives it the tests of the runs to come, unless it has them.</summary>
    public void Send(TestsRequest tests)
    {
        if (TestsKey == tests.Key)
        {
            return;
        }

        TestsKey = tests.Key;
        try
        {
            Frames.Write(requests, tests, ProtocolJson.Default.ChildRequest);
        }
        catch (IOException)
        {
            // It has ended. The run will find that out, and say how.
        }
    }

    /// <summary>Runs tests that were sent. A run that is cancelled ends the process at once.</summary>
    /// <param name="request">What to run.</param>
    /// <param name="timeLimit">How long that may take.</param>
    /// <param name="testBegins">Is told the name of each test that begins.</param>
    /// <param name="cancellation">Ends the run.</param>
    public async Task<RunReport> RunAsync(RunRequest request, TimeSpan timeLimit, Action<string>? testBegins, CancellationToken cancellation)
    {
        var report = new RunReport { WasFirstOfProcess = Runs++ == 0 };

        // Not disposed: the last of a flood may arrive when the run is over.
        var flood = new CancellationTokenSource();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation, flood.Token);
        var mark = EndOfOutput.Mark(request.Nonce);
        output.Begin(mark, flood.Cancel);
        errors.Begin(mark, flood.Cancel);
        limit.CancelAfter(timeLimit);
        using var onLimit = limit.Token.UnsafeRegister(_ => Task.Run(Kill), null);
        try
        {
            Frames.Write(requests, request, ProtocolJson.Default.ChildRequest);
            while (report.Done is null)
            {
                var message = await incoming.Reader.ReadAsync(limit.Token).ConfigureAwait(false);
                Take(message, request.Nonce, report);
                if (message is TestStarted begun)
                {
                    testBegins?.Invoke(begun.Name);
                }
            }

            await LeaveEventsThread();
            await Task.WhenAll(output.Ended, errors.Ended).WaitAsync(limit.Token).ConfigureAwait(false);
            report.End = process.HasExited ? RunEnd.Exited : RunEnd.Completed;
        }
        catch (OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            report.End = flood.IsCancellationRequested ? RunEnd.Flooded : RunEnd.TimedOut;
        }
        catch (InvalidDataException)
        {
            report.End = RunEnd.ProtocolBroken;
        }
        catch (Exception exception) when (exception is ChannelClosedException or IOException)
        {
            report.End = await EndOfProcessAsync(report).ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
            report.End = flood.IsCancellationRequested ? RunEnd.Flooded : limit.IsCancellationRequested ? RunEnd.TimedOut : report.End;
        }

        report.Output = output.Text;
        report.Errors = errors.Text;
        return report;
    }

    /// <summary>Ends the process and every process that it started; once, for ids are given out again.</summary>
    public void Kill()
    {
        if (Interlocked.Exchange(ref killed, 1) == 1)
        {
            return;
        }

        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It had ended by itself.
        }

        ProcessGroup.Kill(process.Id);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Kill();
        requests.Dispose();
        events.Dispose();
        process.Dispose();
    }

    /// <summary>What follows is not the business of the thread that reads events.</summary>
    private static ConfiguredTaskAwaitable LeaveEventsThread() => Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);

    private static ChildProcess Start(ChildSettings settings)
    {
        lock (Starting)
        {
            var requests = new AnonymousPipeServerStream(PipeDirection.Out, HandleInheritability.Inheritable);
            var events = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.Inheritable);
            var start = settings.StartInfo(requests.GetClientHandleAsString(), events.GetClientHandleAsString());
            var process = Process.Start(start)!;
            process.StandardInput.Close();
            requests.DisposeLocalCopyOfClientHandle();
            events.DisposeLocalCopyOfClientHandle();
            return new ChildProcess(process, requests, new BufferedStream(events));
        }
    }

    private static void Take(RunEvent message, string nonce, RunReport report)
    {
        if (message.Nonce != nonce)
        {
            throw new InvalidDataException("A message without the secret of this run.");
        }

        switch (message)
        {
            case TestsDiscovered discovered when report.Discovered is null:
                report.Discovered = discovered;
                break;
            case TestStarted started:
                report.Started.Add(started);
                break;
            case TestEnded ended:
                report.Ended.Add(ended);
                break;
            case RunEnded done:
                report.Done = done;
                break;
            default:
                throw new InvalidDataException("A message that does not belong here.");
        }
    }

    private async Task<RunEnd> EndOfProcessAsync(RunReport report)
    {
        using var limit = new CancellationTokenSource(LastWords);
        try
        {
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            await Task.WhenAll(output.Ended, errors.Ended).WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            if (!process.HasExited)
            {
                // It lives and has closed the channel.
                return RunEnd.ProtocolBroken;
            }
        }

        report.ExitCode = process.ExitCode;
        return RunEnd.Exited;
    }

    /// <summary>Reads on a thread of its own: the thread pool must not wait for pipes.</summary>
    private void ReadEvents()
    {
        try
        {
            while (Frames.Read(events, ProtocolJson.Default.RunEvent) is { } message)
            {
                incoming.Writer.TryWrite(message);
            }

            incoming.Writer.Complete();
        }
        catch (InvalidDataException exception)
        {
            incoming.Writer.Complete(exception);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            incoming.Writer.Complete();
        }
    }
}
