using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kata.Rules.Foundation;

/// <summary>Who calls whom within a file, method groups included.</summary>
internal static class CallGraph
{
    /// <summary>The methods that a body calls or hands on.</summary>
    public static IEnumerable<IMethodSymbol> Calls(this IOperation body) => body.Descendants()
        .Select(operation => operation switch
        {
            IInvocationOperation call => call.TargetMethod,
            IMethodReferenceOperation group => group.Method,
            _ => null,
        })
        .OfType<IMethodSymbol>();

    /// <summary>The bodies that run when a method does: its own and those of the file's methods that it reaches.</summary>
    /// <param name="answer">The file.</param>
    /// <param name="body">The method's body.</param>
    /// <param name="follow">Which methods to follow.</param>
    public static IEnumerable<IOperation> Reach(this AnswerFile answer, IOperation body, Func<IMethodSymbol, bool> follow)
    {
        var reached = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        var waiting = new Queue<IOperation>([body]);
        while (waiting.Count > 0)
        {
            var next = waiting.Dequeue();
            yield return next;
            foreach (var called in next.Calls().Select(method => method.OriginalDefinition).Where(follow).Where(reached.Add))
            {
                if (called.MethodKind != MethodKind.LocalFunction && answer.BodyOf(called) is { } callee)
                {
                    waiting.Enqueue(callee);
                }
            }
        }
    }
}
