using System.Collections.Concurrent;
using System.Diagnostics;
using Kata.Runner.Protocol;

namespace Kata.Runner;

/// <summary>The child process: one request after the other, each in a load context of its own.</summary>
/// <param name="input">Where requests come from.</param>
/// <param name="events">Where reports go.</param>
internal sealed class Child(Stream input, Stream events)
{
    private readonly Reports reports = new(events);
    private readonly BlockingCollection<ChildRequest> requests = [];
    private readonly Stream output = Console.OpenStandardOutput();
    private readonly Stream errors = Console.OpenStandardError();

    /// <summary>Runs until the tool closes the channel.</summary>
    public void Serve()
    {
        new Thread(ReadRequests) { IsBackground = true, Name = "requests" }.Start();
        WarmUp.Run();
        reports.Send(new ChildReady(""));
        Preparation? preparation = null;
        foreach (var request in requests.GetConsumingEnumerable())
        {
            switch (request)
            {
                case TestsRequest tests:
                    preparation = new Preparation(tests);
                    preparation.Renew();
                    break;
                case RunRequest run when preparation?.Key == run.TestsKey:
                    Run(run, preparation);
                    break;
                default:
                    throw new InvalidDataException("A run of tests that were not sent.");
            }
        }
    }

    private void Run(RunRequest request, Preparation preparation)
    {
        var ended = TestRun.Execute(request, preparation, reports);
        MarkEndOfOutput(request.Nonce);
        reports.Send(ended);
        if (request.PrepareAgain && ended.Clean)
        {
            preparation.Renew();
        }
    }

    /// <summary>
    /// Reads on a thread of its own for the whole life of the process: the end of the channel is the end of the
    /// tool, also when an answer loops for ever. Killing itself is the one exit that no answer can hold up.
    /// </summary>
    private void ReadRequests()
    {
        try
        {
            while (Frames.Read(input, ProtocolJson.Default.ChildRequest) is { } request)
            {
                requests.Add(request);
            }
        }
        finally
        {
            Process.GetCurrentProcess().Kill();
        }
    }

    /// <summary>Output and reports travel on different pipes: the mark says where this run's output ends.</summary>
    private void MarkEndOfOutput(string nonce)
    {
        var mark = EndOfOutput.Mark(nonce);
        output.Write(mark);
        errors.Write(mark);
    }
}
