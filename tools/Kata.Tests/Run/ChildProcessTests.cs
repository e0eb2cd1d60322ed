using System.Diagnostics;
using System.IO.Pipes;
using Kata.Engine.Run;
using Kata.Runner.Protocol;
using Kata.Tests.Support;

namespace Kata.Tests.Run;

/// <summary>The child and its channel, without the rest of the tool.</summary>
public class ChildProcessTests
{
    [Fact]
    public async Task A_child_ends_with_the_tool_even_while_its_answer_loops()
    {
        using var requests = new AnonymousPipeServerStream(PipeDirection.Out, HandleInheritability.Inheritable);
        using var events = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.Inheritable);
        var settings = new ChildSettings(Path.GetTempPath(), 1 << 30);
        using var child = Process.Start(settings.StartInfo(requests.GetClientHandleAsString(), events.GetClientHandleAsString()))!;
        requests.DisposeLocalCopyOfClientHandle();
        events.DisposeLocalCopyOfClientHandle();
        Frames.Read(events, ProtocolJson.Default.RunEvent).Should().BeOfType<ChildReady>();
        var loop = Compiled.Bytes(Compiled.Library("Loops", "public class Tests { [Xunit.Fact] public void Loops() { while (true) { } } }"));
        Frames.Write(requests, new TestsRequest("tests", loop, null), ProtocolJson.Default.ChildRequest);
        Frames.Write(requests, new RunRequest("secret", "tests", loop, null, PrepareAgain: false), ProtocolJson.Default.ChildRequest);
        Frames.Read(events, ProtocolJson.Default.RunEvent).Should().BeOfType<TestsDiscovered>();
        Frames.Read(events, ProtocolJson.Default.RunEvent).Should().BeOfType<TestStarted>();

        requests.Dispose();

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await child.WaitForExitAsync(limit.Token);
        child.ExitCode.Should().NotBe(0);
    }

    [Theory]
    [InlineData(new byte[] { 255, 255, 255, 255, 1 })]
    [InlineData(new byte[] { 0, 0, 0, 0 })]
    [InlineData(new byte[] { 8, 0, 0, 0, 1 })]
    [InlineData(new byte[] { 1, 0 })]
    [InlineData(new byte[] { 2, 0, 0, 0, (byte)'{', (byte)'}' })]
    [InlineData(new byte[] { 4, 0, 0, 0, (byte)'n', (byte)'u', (byte)'l', (byte)'l' })]
    public void Bytes_that_are_no_message_are_refused(byte[] bytes) =>
        new MemoryStream(bytes).Invoking(channel => Frames.Read(channel, ProtocolJson.Default.RunEvent)).Should().Throw<InvalidDataException>();

    [Fact]
    public void A_message_comes_out_as_it_went_in()
    {
        var message = new TestStarted("secret", "id", "Class.Method", "Class.Method(row: 1)");
        var channel = new MemoryStream();
        Frames.Write(channel, message, ProtocolJson.Default.RunEvent);
        channel.Position = 0;

        Frames.Read(channel, ProtocolJson.Default.RunEvent).Should().Be(message);
        Frames.Read(channel, ProtocolJson.Default.RunEvent).Should().BeNull("the channel has ended");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public async Task Output_ends_at_the_mark_wherever_it_is_cut(int pieceLength)
    {
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        var drain = new OutputDrain(new AnonymousPipeClientStream(PipeDirection.In, pipe.ClientSafePipeHandle));
        var mark = EndOfOutput.Mark("secret");
        drain.Begin(mark, () => { });

        foreach (var piece in "some\0 text\0sec"u8.ToArray().Concat(mark).Chunk(pieceLength))
        {
            pipe.Write(piece);
        }

        await drain.Ended.WaitAsync(TimeSpan.FromSeconds(30));
        drain.Text.Should().Be("some\0 text\0sec");
    }
}
