using Kata.Rules.Foundation;
using Kata.Rules.Scope;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Kata.Rules.Course;

/// <summary>
/// Points at every way of getting a result from elsewhere: files, the network, processes, other assemblies, the
/// caller's name. All that an answer needs comes in as arguments.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DoNotLookUpTheAnswer() : KataRule(RuleIds.DoNotLookUpTheAnswer, RuleSeverity.Essential, RuleReach.EveryKata)
{
    private static readonly HashSet<string> Forbidden =
    [
        "System.IO.File", "System.IO.Directory", "System.IO.FileStream", "System.IO.FileInfo", "System.IO.DirectoryInfo",
        "System.Net.Http.HttpClient", "System.Net.WebClient", "System.Net.Sockets.Socket", "System.Net.Sockets.TcpClient",
        "System.Diagnostics.Process", "System.Diagnostics.StackTrace", "System.Diagnostics.StackFrame",
        "System.Reflection.Assembly", "System.Runtime.Loader.AssemblyLoadContext", "System.AppDomain",
    ];

    private static readonly string[] TellTales = ["golden.json", ".verified.txt", "mistakes.yml", "solutions/", "solutions\\"];

    private protected override void Check(AnswerFile answer, KataScope scope, Report report)
    {
        foreach (var member in answer.Members)
        {
            foreach (var operation in member.Body.Descendants().Where(LooksElsewhere))
            {
                report.At(operation);
            }

            foreach (var parameter in member.Method.Parameters.Where(IsFilledWithTheCaller))
            {
                report.At(parameter.Locations[0]);
            }
        }
    }

    private static bool LooksElsewhere(IOperation operation) => operation switch
    {
        IInvocationOperation { TargetMethod: var method } =>
            (IsForbidden(method.ContainingType) && (method.IsStatic || method.ContainingType.Name is not "StackTrace" and not "StackFrame"))
            || (method.ContainingType.IsNamed("Type", "System") && method.Name is "GetType" && method.IsStatic)
            || (method.ContainingType.IsNamed("MethodBase", "System.Reflection") && method.Name == "GetCurrentMethod"),
        IObjectCreationOperation { Constructor: { } constructor } =>
            IsForbidden(constructor.ContainingType)
            || (constructor.ContainingType.IsNamed("StreamReader", "System.IO") && constructor.Parameters.FirstOrDefault()?.Type.SpecialType == SpecialType.System_String),
        IPropertyReferenceOperation { Property: { IsStatic: true } property } => IsForbidden(property.ContainingType),
        ILiteralOperation { ConstantValue: { HasValue: true, Value: string text } } => TellTales.Any(text.Contains),
        _ => false,
    };

    private static bool IsForbidden(ITypeSymbol? type) => type is not null && Forbidden.Contains(type.ToDisplayString());

    private static bool IsFilledWithTheCaller(IParameterSymbol parameter) => parameter.GetAttributes().Any(attribute =>
        attribute.AttributeClass?.Name is "CallerFilePathAttribute" or "CallerMemberNameAttribute");
}
