using System.IO.Pipes;
using Kata.Runner;
using Kata.Runner.Protocol;

// Started by the tool alone: the two arguments are the inherited ends of its private pipes.
if (args.Length != 2)
{
    Console.Error.WriteLine("This is the tool's own child process. To check an answer, use 'kata check'.");
    return 2;
}

using var input = new AnonymousPipeClientStream(PipeDirection.In, args[0]);
using var events = new AnonymousPipeClientStream(PipeDirection.Out, args[1]);
ProcessGroup.Lead();
ProcessGroup.KeepFromChildren(input.SafePipeHandle);
ProcessGroup.KeepFromChildren(events.SafePipeHandle);
new Child(input, events).Serve();
return 0;
